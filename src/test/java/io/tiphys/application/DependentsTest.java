package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DependentsTest {

    private final Dependents dependents = new Dependents();

    @Test
    void who_depends_on_what_became_ready_is_released() {
        changes(Optional.empty(), entry("web", "db", "OutOfSync"));
        changes(Optional.empty(), entry("api", "cache,db", "OutOfSync"));
        changes(Optional.empty(), entry("db", "", "OutOfSync"));

        assertThat(changes(entry("db", "", "OutOfSync"), entry("db", "", "Synced")))
                .containsExactlyInAnyOrder(id("web"), id("api"));
    }

    @Test
    void what_stays_as_it_was_releases_nobody() {
        changes(Optional.empty(), entry("web", "db", "OutOfSync"));

        assertThat(changes(entry("db", "", "Synced"), entry("db", "", "Synced"))).isEmpty();
        assertThat(changes(entry("db", "", "Synced"), entry("db", "", "OutOfSync"))).isEmpty();
        assertThat(changes(entry("db", "", "Synced"), Optional.empty())).isEmpty();
    }

    @Test
    void what_was_missing_and_comes_ready_releases() {
        changes(Optional.empty(), entry("web", "db", "OutOfSync"));

        assertThat(changes(Optional.empty(), entry("db", "", "Synced"))).containsExactly(id("web"));
    }

    @Test
    void a_circle_that_is_cut_elsewhere_releases() {
        changes(Optional.empty(), entry("web", "db", "OutOfSync"));
        changes(Optional.empty(), entry("db", "web", "Synced"));

        assertThat(changes(entry("db", "web", "Synced"), entry("db", "", "Synced")))
                .containsExactly(id("web"));
    }

    @Test
    void who_no_longer_depends_is_not_released() {
        changes(Optional.empty(), entry("web", "db", "OutOfSync"));
        changes(entry("web", "db", "OutOfSync"), entry("web", "", "OutOfSync"));
        changes(Optional.empty(), entry("api", "db", "OutOfSync"));
        changes(entry("api", "db", "OutOfSync"), Optional.empty());

        assertThat(changes(Optional.empty(), entry("db", "", "Synced"))).isEmpty();
    }

    private Set<ApplicationId> changes(Optional<Entry> before, Optional<Entry> after) {
        return dependents.changed(new Change(before, after));
    }

    private static Optional<Entry> entry(String name, String dependsOn, String sync) {
        return Optional.of(
                new Entry.Invalid(
                        id(name),
                        "is not looked at",
                        Map.of(
                                "metadata",
                                Map.of("annotations", Map.of("tiphys.io/depends-on", dependsOn)),
                                "status",
                                Map.of(
                                        "sync", Map.of("status", sync),
                                        "health", Map.of("status", "Healthy")))));
    }

    private static ApplicationId id(String name) {
        return new ApplicationId("argocd", name);
    }
}
