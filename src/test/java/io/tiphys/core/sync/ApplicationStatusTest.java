package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.TARGET;
import static io.tiphys.core.sync.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.sync.ResourceResult.Status;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApplicationStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123Z");
    private static final String NOW_TEXT = "2026-01-01T12:00:00Z";
    private static final String BEFORE = "2025-12-31T00:00:00Z";
    private static final Comparison SYNCED = new World().inSync("a").compare();
    private static final Comparison OUT_OF_SYNC = new World().missing("a").compare();

    @Test
    void the_comparison_is_told_with_what_was_compared() {
        var status = compared(Map.of(), SYNCED, List.of());

        assertThat(Json.object(status, "sync"))
                .containsEntry("status", "Synced")
                .containsEntry("revision", "abc");
        assertThat(Json.object(status, "sync", "comparedTo", "source"))
                .containsEntry("repoURL", "https://host/repo")
                .containsEntry("path", "web")
                .containsEntry("targetRevision", "main");
        assertThat(Json.object(status, "sync", "comparedTo", "destination"))
                .containsOnlyKeys("server", "namespace");
        assertThat(status).containsEntry("reconciledAt", NOW_TEXT);
    }

    @Test
    void a_resource_is_told_with_its_health_and_whether_it_is_to_go() {
        var comparison = new World().missing("new").extra("old").compare();

        var resources = Json.array(compared(Map.of(), comparison, List.of()), "resources");

        assertThat(resources)
                .containsExactly(
                        Map.of(
                                "version", "v1",
                                "kind", "ConfigMap",
                                "namespace", "shop",
                                "name", "new",
                                "status", "OutOfSync",
                                "health", Map.of("status", "Missing")),
                        Map.of(
                                "version", "v1",
                                "kind", "ConfigMap",
                                "namespace", "shop",
                                "name", "old",
                                "status", "OutOfSync",
                                "requiresPruning", true));
    }

    @Test
    void health_keeps_the_time_of_its_last_change() {
        var old = Map.<String, Object>of("status", "Healthy", "lastTransitionTime", BEFORE);

        var same = compared(Map.of("health", old), SYNCED, List.of());
        var changed = compared(Map.of("health", old), OUT_OF_SYNC, List.of());

        assertThat(Json.string(same, "health", "lastTransitionTime")).isEqualTo(BEFORE);
        assertThat(Json.string(changed, "health", "lastTransitionTime")).isEqualTo(NOW_TEXT);
    }

    @Test
    void a_condition_that_still_holds_keeps_its_time() {
        var old =
                Map.<String, Object>of(
                        "conditions", List.of(condition("RepeatedResourceWarning", "a")));

        var status =
                compared(
                        old,
                        SYNCED,
                        List.of(
                                new Warning("RepeatedResourceWarning", "a"),
                                new Warning("RepeatedResourceWarning", "b")));

        assertThat(Json.array(status, "conditions"))
                .containsExactly(
                        condition("RepeatedResourceWarning", "a"),
                        Map.of(
                                "type", "RepeatedResourceWarning",
                                "message", "b",
                                "lastTransitionTime", NOW_TEXT));
    }

    @Test
    void conditions_that_no_longer_hold_go_and_those_of_others_stay() {
        var old =
                Map.<String, Object>of(
                        "conditions",
                        List.of(
                                condition("ComparisonError", "gone"),
                                condition("DeletionError", "theirs")));

        assertThat(Json.array(compared(old, SYNCED, List.of()), "conditions"))
                .containsExactly(condition("DeletionError", "theirs"));
        assertThat(
                        compared(
                                Map.of("conditions", List.of(condition("SyncError", "x"))),
                                SYNCED,
                                List.of()))
                .doesNotContainKey("conditions");
    }

    @Test
    void a_sync_is_told_in_full() {
        var status = synced(application(Map.of(), 10), Trigger.NEW_REVISION, Status.SYNCED);

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
        var status = synced(application(Map.of(), 10), Trigger.NEW_REVISION, Status.FAILED);

        assertThat(Json.string(status, "operationState", "phase")).isEqualTo("Failed");
        assertThat(Json.string(status, "operationState", "message")).isEqualTo("it went");
        assertThat(Json.array(status, "conditions"))
                .singleElement()
                .isEqualTo(
                        Map.of(
                                "type", "SyncError",
                                "message", "Failed last sync attempt to [abc]: it went",
                                "lastTransitionTime", NOW_TEXT));
        assertThat(status).doesNotContainKey("history");
    }

    @Test
    void a_sync_that_failed_on_nothing_that_is_out_of_sync_is_no_condition() {
        var failed =
                Samples.begun(application(Map.of(), 10), OUT_OF_SYNC, true, Trigger.NEW_REVISION)
                        .ended(OperationPhase.FAILED, "a hook after it failed", NOW);

        assertThat(
                        ApplicationStatus.compared(
                                application(Map.of(), 10),
                                Samples.health(SYNCED),
                                TARGET,
                                List.of(),
                                Optional.of(failed),
                                NOW))
                .doesNotContainKey("conditions");
    }

    @Test
    void a_deployment_is_remembered_with_the_next_id() {
        var old = Map.<String, Object>of("history", List.of(Map.of("id", 7, "revision", "old")));

        var history =
                Json.array(
                        synced(application(old, 10), Trigger.NEW_REVISION, Status.SYNCED),
                        "history");

        assertThat(history).hasSize(2);
        assertThat(Json.number(history.getLast(), -1, "id")).isEqualTo(8);
        assertThat(Json.string(history.getLast(), "revision")).isEqualTo("abc");
        assertThat(Json.bool(history.getLast(), "initiatedBy", "automated")).isTrue();
        assertThat(
                        Json.number(
                                Json.array(
                                                synced(
                                                        application(Map.of(), 10),
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
        assertThat(synced(application(Map.of(), 10), Trigger.SELF_HEAL, Status.SYNCED))
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

    @Test
    void a_failed_comparison_keeps_what_is_known() {
        var old =
                Map.<String, Object>of(
                        "resources", List.of(Map.of("name", "a")),
                        "history", List.of(Map.of("id", 1)),
                        "sync", Map.of("status", "Synced", "revision", "abc"),
                        "health", Map.of("status", "Healthy"));

        var status =
                ApplicationStatus.failed(
                        old, List.of(new Warning("ComparisonError", "no such branch")), NOW);

        assertThat(status)
                .containsEntry("resources", old.get("resources"))
                .containsEntry("history", old.get("history"))
                .containsEntry("health", old.get("health"));
        assertThat(Json.object(status, "sync"))
                .isEqualTo(Map.of("status", "Unknown", "revision", "abc"));
        assertThat(Json.array(status, "conditions"))
                .containsExactly(
                        Map.of(
                                "type", "ComparisonError",
                                "message", "no such branch",
                                "lastTransitionTime", NOW_TEXT));
        assertThat(
                        Json.string(
                                ApplicationStatus.failed(
                                        Map.of(), List.of(new Warning("UnknownError", "x")), NOW),
                                "health",
                                "status"))
                .isEqualTo("Unknown");
    }

    @Test
    void the_summary_names_every_image_once() {
        var cronJob = new LinkedHashMap<>(object("batch/v1", "CronJob", "c"));
        cronJob.put(
                "spec",
                Map.of(
                        "jobTemplate",
                        Map.of(
                                "spec",
                                Map.of(
                                        "template",
                                        Map.of("spec", containers("web:2", "init:1"))))));
        var pod = new LinkedHashMap<>(object("v1", "Pod", "p"));
        pod.put("spec", containers("web:1", "init:1"));

        var status = compared(Map.of(), new World().target(cronJob).live(pod).compare(), List.of());

        assertThat(Json.array(status, "summary", "images"))
                .containsExactly("init:1", "web:1", "web:2");
        assertThat(Json.object(compared(Map.of(), SYNCED, List.of()), "summary")).isEmpty();
    }

    private static Map<String, Object> compared(
            Map<String, Object> old, Comparison comparison, List<Warning> warnings) {
        return ApplicationStatus.compared(
                application(old, 10),
                Samples.health(comparison),
                TARGET,
                warnings,
                Optional.empty(),
                NOW);
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
                Samples.health(result == Status.FAILED ? OUT_OF_SYNC : SYNCED),
                TARGET,
                List.of(),
                Optional.of(done.ended(phase, "it went", NOW)),
                NOW);
    }

    private static List<Long> historyIds(Map<String, Object> old, int limit) {
        return Json.array(
                        synced(application(old, limit), Trigger.NEW_REVISION, Status.SYNCED),
                        "history")
                .stream()
                .map(entry -> Json.number(entry, -1, "id"))
                .toList();
    }

    private static Application application(Map<String, Object> status, int historyLimit) {
        return Samples.application(
                new SyncPolicy.Automated(true, true, false),
                new Application.Status(List.of(), Optional.empty(), status),
                Optional.empty(),
                historyLimit);
    }

    private static Map<String, Object> containers(String image, String init) {
        return Map.of(
                "containers", List.of(Map.of("name", "a", "image", image)),
                "initContainers", List.of(Map.of("name", "b", "image", init)));
    }

    private static Map<String, Object> condition(String type, String message) {
        return Map.of("type", type, "message", message, "lastTransitionTime", BEFORE);
    }
}
