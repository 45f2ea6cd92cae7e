package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.TARGET;
import static io.tiphys.core.sync.Samples.automated;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.sync.ResourceResult.Status;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the status tells of operations, and keeps of them.
class OperationStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123Z");
    private static final String NOW_TEXT = "2026-01-01T12:00:00Z";
    private static final String BEFORE = "2025-12-31T00:00:00Z";
    private static final Comparison SYNCED = new World().inSync("a").compare();
    private static final Comparison OUT_OF_SYNC = new World().missing("a").compare();

    @Test
    void a_sync_is_told_in_full() {
        var status = synced(automated(Map.of(), 10), Trigger.NEW_REVISION, Status.SYNCED);

        var state = Json.object(status, "operationState");
        assertThat(state)
                .containsEntry("phase", "Succeeded")
                .containsEntry("startedAt", BEFORE)
                .containsEntry("finishedAt", NOW_TEXT)
                .doesNotContainKey("retryCount");
        assertThat(Json.object(state, "operation", "sync"))
                .containsEntry("revision", "abc")
                .containsEntry("prune", true);
        assertThat(Json.bool(state, "operation", "initiatedBy", "automated")).isTrue();
        assertThat(Json.string(state, "syncResult", "revision")).isEqualTo("abc");
        assertThat(Json.array(state, "syncResult", "resources"))
                .singleElement()
                .isEqualTo(
                        Map.of(
                                "group", "",
                                "version", "v1",
                                "kind", "ConfigMap",
                                "namespace", "shop",
                                "name", "a",
                                "status", "Synced",
                                "message", "words",
                                "syncPhase", "Sync"));
    }

    @Test
    void a_sync_that_failed_says_of_what_and_is_no_deployment() {
        var status = synced(automated(Map.of(), 10), Trigger.NEW_REVISION, Status.FAILED);

        assertThat(Json.string(status, "operationState", "phase")).isEqualTo("Failed");
        assertThat(Json.string(status, "operationState", "message")).isEqualTo("it went");
        assertThat(Json.string(Json.array(status, "conditions").getFirst(), "type"))
                .isEqualTo("SyncError");
        assertThat(status).doesNotContainKey("history");
    }

    @Test
    void a_sync_under_way_is_told_and_is_no_deployment_yet() {
        var application = automated(Map.of(), 10);
        var waiting =
                Samples.begun(application, OUT_OF_SYNC, true, Trigger.NEW_REVISION)
                        .waiting("waiting for something");

        var status =
                ApplicationStatus.compared(
                        application, OUT_OF_SYNC, TARGET, List.of(), Optional.of(waiting), NOW);

        assertThat(Json.object(status, "operationState"))
                .containsEntry("phase", "Running")
                .containsEntry("message", "waiting for something")
                .doesNotContainKey("finishedAt");
        assertThat(status).doesNotContainKeys("history", "conditions");
    }

    @Test
    void what_failed_before_stays_a_condition_while_it_is_tried_again() {
        var old = Map.<String, Object>of("conditions", List.of(condition("SyncError", "refused")));
        var application = automated(old, 10);
        var waiting = Samples.begun(application, OUT_OF_SYNC, true, Trigger.NEW_REVISION);

        var status =
                ApplicationStatus.compared(
                        application, OUT_OF_SYNC, TARGET, List.of(), Optional.of(waiting), NOW);

        assertThat(Json.array(status, "conditions"))
                .containsExactly(condition("SyncError", "refused"));
    }

    @Test
    void healing_names_what_it_heals() {
        var status = synced(automated(Map.of(), 10), Trigger.SELF_HEAL, Status.SYNCED);

        assertThat(Json.array(status, "operationState", "operation", "sync", "resources"))
                .containsExactly(
                        Map.of("group", "", "kind", "ConfigMap", "namespace", "shop", "name", "a"));
    }

    @Test
    void every_failure_of_a_revision_counts_as_a_retry() {
        assertThat(retryCount("Failed", "abc", 0)).isEqualTo(1);
        assertThat(retryCount("Error", "abc", 4)).isEqualTo(5);
        assertThat(retryCount("Failed", "other", 4)).isZero();
        assertThat(retryCount("Succeeded", "abc", 4)).isZero();
    }

    @Test
    void a_deployment_is_remembered_with_the_next_id() {
        var old = Map.<String, Object>of("history", List.of(Map.of("id", 7, "revision", "old")));

        var history =
                Json.array(
                        synced(automated(old, 10), Trigger.NEW_REVISION, Status.SYNCED),
                        "history");

        assertThat(history).hasSize(2);
        assertThat(Json.number(history.getLast(), -1, "id")).isEqualTo(8);
        assertThat(Json.string(history.getLast(), "revision")).isEqualTo("abc");
        assertThat(Json.bool(history.getLast(), "initiatedBy", "automated")).isTrue();
        assertThat(
                        Json.number(
                                Json.array(
                                                synced(
                                                        automated(Map.of(), 10),
                                                        Trigger.NEW_REVISION,
                                                        Status.SYNCED),
                                                "history")
                                        .getFirst(),
                                -1,
                                "id"))
                .isZero();
    }

    @Test
    void the_oldest_deployments_are_forgotten() {
        var entries = new ArrayList<Object>();
        for (int id = 0; id < 10; id++) {
            entries.add(Map.of("id", id));
        }
        var old = Map.<String, Object>of("history", entries);

        assertThat(historyIds(old, 3)).containsExactly(8L, 9L, 10L);
        assertThat(historyIds(old, 0)).isEmpty();
        assertThat(historyIds(old, -1)).isEmpty();
    }

    @Test
    void healing_and_trying_out_are_no_deployments() {
        assertThat(synced(automated(Map.of(), 10), Trigger.SELF_HEAL, Status.SYNCED))
                .doesNotContainKey("history");
        var dryRun =
                Samples.application(
                        new SyncPolicy.Manual(),
                        Application.Status.EMPTY,
                        Optional.of(Samples.operation(false, true)),
                        10);
        assertThat(synced(dryRun, Trigger.REQUESTED, Status.SYNCED)).doesNotContainKey("history");
    }

    @Test
    void a_requested_sync_is_told_as_it_was_asked_for() {
        var requested =
                Samples.application(
                        new SyncPolicy.Manual(),
                        Application.Status.EMPTY,
                        Optional.of(Samples.operation(true, false)),
                        10);

        var status = synced(requested, Trigger.REQUESTED, Status.SYNCED);

        assertThat(Json.at(status, "operationState", "operation"))
                .isEqualTo(Samples.operation(true, false).tree());
        assertThat(Json.at(Json.array(status, "history").getFirst(), "initiatedBy"))
                .isEqualTo(Map.of("username", "ada"));
    }

    private static Map<String, Object> synced(
            Application application, Trigger trigger, Status result) {
        var begun = Samples.begun(application, OUT_OF_SYNC, true, trigger);
        var done =
                begun.with(
                        List.of(
                                new ResourceResult(
                                        new ResourceKey("", "ConfigMap", "shop", "a"),
                                        new GroupVersionKind("", "v1", "ConfigMap"),
                                        SyncPhase.SYNC,
                                        false,
                                        result,
                                        Optional.empty(),
                                        "words")));
        var phase = result == Status.FAILED ? OperationPhase.FAILED : OperationPhase.SUCCEEDED;
        return ApplicationStatus.compared(
                application,
                SYNCED,
                TARGET,
                List.of(),
                Optional.of(done.ended(phase, "it went", NOW)),
                NOW);
    }

    private static long retryCount(String phase, String revision, long before) {
        var application =
                Samples.after(
                        automated(Map.of(), 10),
                        new LastOperation(phase, List.of(revision), List.of(), before, ""));
        return Json.number(
                synced(application, Trigger.NEW_REVISION, Status.FAILED),
                0,
                "operationState",
                "retryCount");
    }

    private static List<Long> historyIds(Map<String, Object> old, int limit) {
        return Json.array(
                        synced(automated(old, limit), Trigger.NEW_REVISION, Status.SYNCED),
                        "history")
                .stream()
                .map(entry -> Json.number(entry, -1, "id"))
                .toList();
    }
}
