package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.sync.SyncDecision.Reason;
import io.tiphys.core.sync.SyncDecision.Rest;
import io.tiphys.core.sync.SyncDecision.Sync;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.TargetResources.Warning;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DependenciesTest {

    private static final ApplicationId WEB = id("web");

    private final Map<ApplicationId, Map<String, Object>> applications = new HashMap<>();

    @Test
    void who_names_nobody_waits_for_nobody() {
        application("web", "", "OutOfSync", "Missing");

        assertThat(hindrance()).isEmpty();
    }

    @Test
    void names_are_of_the_own_namespace_unless_they_say_another() {
        assertThat(Dependencies.of(WEB, tree(" db,, team-a/queue ,db", "", "")))
                .containsExactly(id("db"), new ApplicationId("team-a", "queue"));
    }

    /// Sync status, health, phase of the newest operation, and what is waited for, if anything.
    @ParameterizedTest
    @CsvSource({
        "Synced, Healthy, Succeeded,",
        "Synced, Healthy, Failed,",
        "Synced, Healthy, '',",
        "Synced, Healthy, Running, 'Synced, Healthy, syncing'",
        "Synced, Healthy, Terminating, 'Synced, Healthy, syncing'",
        "Synced, Progressing, Succeeded, 'Synced, Progressing'",
        "Synced, Degraded, Succeeded, 'Synced, Degraded'",
        "OutOfSync, Healthy, Failed, 'OutOfSync, Healthy'",
        "'', '', '', 'Unknown, Unknown'"
    })
    void others_must_be_in_sync_and_healthy_and_at_rest(
            String sync, String health, String phase, String waits) {
        application("web", "db", "OutOfSync", "Missing");
        applications.put(
                id("db"),
                Json.with(tree("", sync, health), phase, "status", "operationState", "phase"));

        assertThat(hindrance())
                .isEqualTo(Optional.ofNullable(waits).map("Waiting for argocd/db (%s)"::formatted));
    }

    @Test
    void all_that_is_waited_for_is_told() {
        application("web", "db, queue, cache", "OutOfSync", "Missing");
        application("db", "", "OutOfSync", "Healthy");
        application("cache", "", "Synced", "Healthy");

        assertThat(hindrance())
                .contains(
                        "Waiting for argocd/db (OutOfSync, Healthy), argocd/queue (there is none)");
    }

    @Test
    void a_circle_is_told_as_such() {
        application("web", "other, db", "OutOfSync", "Missing");
        application("other", "", "Synced", "Healthy");
        application("db", "queue", "Synced", "Healthy");
        application("queue", "web", "Synced", "Healthy");

        assertThat(hindrance())
                .contains(
                        "It depends on itself: argocd/web → argocd/db → argocd/queue → argocd/web");
    }

    @Test
    void who_names_itself_is_a_circle() {
        application("web", "web", "Synced", "Healthy");

        assertThat(hindrance()).contains("It depends on itself: argocd/web → argocd/web");
    }

    @Test
    void a_circle_of_others_is_theirs() {
        application("web", "a", "OutOfSync", "Missing");
        application("a", "b", "Synced", "Healthy");
        application("b", "a", "Synced", "Healthy");

        assertThat(hindrance()).isEmpty();
    }

    @Test
    void a_long_chain_is_searched_only_so_far() {
        for (int i = 0; i < 5_000; i++) {
            application("a" + i, "a" + (i + 1), "Synced", "Healthy");
        }
        application("web", "a0", "OutOfSync", "Missing");

        assertThat(hindrance()).isEmpty();
    }

    @Test
    void more_than_so_many_are_a_mistake() {
        application("web", names(33), "OutOfSync", "Missing");
        assertThat(hindrance()).contains("tiphys.io/depends-on names more than 32 Applications");

        application("web", names(32), "OutOfSync", "Missing");
        assertThat(hindrance().orElseThrow()).startsWith("Waiting for argocd/a0 (there is none)");
    }

    @Test
    void a_sync_is_held_but_no_heal_and_no_dry_run() {
        var automated = Samples.application(new SyncPolicy.Manual());
        var sync = new Sync(List.of("new"), true, Trigger.NEW_REVISION, "new revision");
        var requested = new Sync(List.of("new"), true, Trigger.REQUESTED, "requested");
        var heal = new Sync(List.of("new"), true, Trigger.SELF_HEAL, "self-heal");
        var held =
                new Rest(
                        Reason.WAITING_FOR_OTHERS,
                        Optional.of(new Warning("DependencyWarning", "why")));
        var dryRun =
                Samples.application(
                        automated.syncPolicy(),
                        automated.status(),
                        Optional.of(Samples.operation(false, true)),
                        10);

        assertThat(AutoSync.held(sync, automated, () -> Optional.of("why"))).isEqualTo(held);
        assertThat(AutoSync.held(requested, automated, () -> Optional.of("why"))).isEqualTo(held);
        assertThat(AutoSync.held(sync, automated, Optional::empty)).isEqualTo(sync);
        assertThat(AutoSync.held(heal, automated, () -> Optional.of("why"))).isEqualTo(heal);
        assertThat(AutoSync.held(requested, dryRun, () -> Optional.of("why"))).isEqualTo(requested);
        assertThat(AutoSync.held(new Rest(Reason.IN_SYNC), automated, () -> Optional.of("why")))
                .isEqualTo(new Rest(Reason.IN_SYNC));
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "a" + i).collect(Collectors.joining(","));
    }

    private Optional<String> hindrance() {
        return Dependencies.hindrance(WEB, it -> Optional.ofNullable(applications.get(it)));
    }

    private void application(String name, String dependsOn, String sync, String health) {
        applications.put(id(name), tree(dependsOn, sync, health));
    }

    private static Map<String, Object> tree(String dependsOn, String sync, String health) {
        return Map.of(
                "metadata",
                Map.of("annotations", Map.of("tiphys.io/depends-on", dependsOn)),
                "status",
                Map.of("sync", Map.of("status", sync), "health", Map.of("status", health)));
    }

    private static ApplicationId id(String name) {
        return new ApplicationId("argocd", name);
    }
}
