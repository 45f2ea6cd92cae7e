package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.Drift;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HealHistoryTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final ApplicationId SHOP = new ApplicationId("argocd", "shop");
    private static final ResourceKey WEB = new ResourceKey("apps", "Deployment", "shop", "web");
    private static final Drift REPLICAS = new Drift(WEB, "spec.replicas", "scaler");

    private final HealHistory heals = new HealHistory();

    @Test
    void heals_of_the_same_field_and_manager_are_counted() {
        heals.healed(SHOP, Set.of(REPLICAS), NOW);
        heals.healed(SHOP, Set.of(REPLICAS), NOW.plusSeconds(5));

        assertThat(heals.repeated(SHOP, Set.of(REPLICAS), NOW.plusSeconds(6)))
                .containsExactly(new Drift.Repeated(REPLICAS, 2, NOW.plusSeconds(5)));
    }

    @Test
    void another_field_or_manager_or_application_is_nothing_repeated() {
        heals.healed(SHOP, Set.of(REPLICAS), NOW);

        assertThat(heals.repeated(SHOP, Set.of(new Drift(WEB, "spec.paused", "scaler")), NOW))
                .isEmpty();
        assertThat(heals.repeated(SHOP, Set.of(new Drift(WEB, "spec.replicas", "ada")), NOW))
                .isEmpty();
        assertThat(heals.repeated(new ApplicationId("argocd", "other"), Set.of(REPLICAS), NOW))
                .isEmpty();
    }

    @Test
    void what_is_healed_five_times_whoever_was_behind_it_is_suspected() {
        var unnamed = new Drift(WEB, "spec.replicas", "");
        var once = new Drift(WEB, "spec.paused", "");
        heals.healed(SHOP, Set.of(unnamed, once), NOW);
        heals.healed(SHOP, Set.of(unnamed), NOW);
        heals.healed(SHOP, Set.of(REPLICAS), NOW);
        heals.healed(SHOP, Set.of(REPLICAS), NOW);
        assertThat(heals.suspected(SHOP, Set.of(unnamed, once), NOW)).isEmpty();

        heals.healed(SHOP, Set.of(new Drift(WEB, "spec.replicas", "ada")), NOW);

        assertThat(heals.suspected(SHOP, Set.of(unnamed, once), NOW)).containsExactly(unnamed);
        assertThat(heals.suspected(SHOP, Set.of(unnamed), NOW.plusSeconds(601))).isEmpty();
    }

    @Test
    void what_is_long_ago_does_not_count() {
        heals.healed(SHOP, Set.of(REPLICAS), NOW);

        assertThat(heals.repeated(SHOP, Set.of(REPLICAS), NOW.plusSeconds(600))).hasSize(1);
        assertThat(heals.repeated(SHOP, Set.of(REPLICAS), NOW.plusSeconds(601))).isEmpty();
    }

    @Test
    void however_often_something_is_healed_a_bounded_number_is_kept() {
        for (int i = 0; i < 1_000; i++) {
            heals.healed(SHOP, Set.of(REPLICAS), NOW);
        }

        assertThat(heals.repeated(SHOP, Set.of(REPLICAS), NOW))
                .containsExactly(new Drift.Repeated(REPLICAS, 32, NOW));
    }
}
