package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the status tells of a sync that is not through yet.
class OperationStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Comparison OUT_OF_SYNC = new World().missing("a").compare();

    @Test
    void a_sync_under_way_is_told_and_is_no_deployment_yet() {
        var status = waiting(Map.of(), Trigger.NEW_REVISION);

        assertThat(Json.object(status, "operationState"))
                .containsEntry("phase", "Running")
                .containsEntry("message", "waiting for something")
                .doesNotContainKey("finishedAt");
        assertThat(status).doesNotContainKeys("history", "conditions");
    }

    @Test
    void what_failed_before_stays_a_condition_while_it_is_tried_again() {
        var failed =
                Map.<String, Object>of(
                        "type", "SyncError",
                        "message", "refused",
                        "lastTransitionTime", "2025-12-31T00:00:00Z");

        var status = waiting(Map.of("conditions", List.of(failed)), Trigger.NEW_REVISION);

        assertThat(Json.array(status, "conditions")).containsExactly(failed);
    }

    @Test
    void healing_names_what_it_heals() {
        var status = waiting(Map.of(), Trigger.SELF_HEAL);

        assertThat(Json.array(status, "operationState", "operation", "sync", "resources"))
                .containsExactly(
                        Map.of("group", "", "kind", "ConfigMap", "namespace", "shop", "name", "a"));
    }

    private static Map<String, Object> waiting(Map<String, Object> old, Trigger trigger) {
        var application =
                Samples.application(
                        new SyncPolicy.Automated(true, true, false),
                        new Application.Status(List.of(), Optional.empty(), old),
                        Optional.empty(),
                        10);
        var operation =
                Samples.begun(application, OUT_OF_SYNC, true, trigger)
                        .waiting("waiting for something");
        return ApplicationStatus.compared(
                application,
                Samples.health(OUT_OF_SYNC),
                Samples.TARGET,
                List.of(),
                Optional.of(operation),
                NOW);
    }
}
