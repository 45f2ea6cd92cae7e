package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.annotated;
import static io.tiphys.core.sync.Samples.application;
import static io.tiphys.core.sync.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.model.SyncPolicy.Automated;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Reason;
import io.tiphys.core.sync.SyncDecision.Rest;
import io.tiphys.core.sync.SyncDecision.Sync;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoSyncTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Sources SOURCES = application(new SyncPolicy.Manual()).sources();
    private static final Automated PLAIN = new Automated(false, false, false);
    private static final Automated PRUNING = new Automated(true, false, false);
    private static final Automated HEALING = new Automated(true, true, false);
    private static final Comparison OUT_OF_SYNC =
            new World().inSync("kept").missing("new").compare();
    private static final ResourceKey NEW = new ResourceKey("", "ConfigMap", "shop", "new");
    private static final AutoSync.Heals NO_HEALS = new AutoSync.Heals(List.of(), Optional.empty());

    @Test
    void a_manual_application_rests() {
        assertThat(decide(application(new SyncPolicy.Manual()), OUT_OF_SYNC))
                .isEqualTo(new Rest(Reason.MANUAL_POLICY));
    }

    @Test
    void an_application_in_sync_rests() {
        assertThat(decide(application(HEALING), new World().inSync("a").compare()))
                .isEqualTo(new Rest(Reason.IN_SYNC));
    }

    @Test
    void an_application_that_was_never_synced_is() {
        assertThat(decide(application(PLAIN), OUT_OF_SYNC))
                .isEqualTo(new Sync(List.of("new"), false, Trigger.NEW_REVISION, "new revision"));
        assertThat(decide(application(PRUNING), OUT_OF_SYNC))
                .isEqualTo(new Sync(List.of("new"), true, Trigger.NEW_REVISION, "new revision"));
    }

    @ParameterizedTest
    @CsvSource({"Succeeded", "Failed", "Error", "Running"})
    void a_new_revision_is_synced_however_the_one_before_ended(String phase) {
        assertThat(decide(last(PLAIN, phase, "old"), OUT_OF_SYNC))
                .isInstanceOfSatisfying(
                        Sync.class,
                        sync -> assertThat(sync.trigger()).isEqualTo(Trigger.NEW_REVISION));
    }

    @Test
    void a_sync_that_was_interrupted_is_begun_anew() {
        assertThat(decide(last(PLAIN, "Running", "new"), OUT_OF_SYNC)).isInstanceOf(Sync.class);
    }

    @Test
    void what_failed_is_not_tried_again_and_says_so() {
        assertThat(decide(last(HEALING, "Failed", "new"), OUT_OF_SYNC))
                .isEqualTo(
                        new Rest(
                                Reason.FAILED_BEFORE,
                                syncError("Failed last sync attempt to [new]: refused")));
    }

    @Test
    void a_manual_application_says_what_failed_until_it_is_in_sync() {
        var failed =
                Samples.after(
                        application(new SyncPolicy.Manual()),
                        new LastOperation("Failed", List.of("new"), List.of(), "refused"));

        assertThat(decide(failed, OUT_OF_SYNC))
                .isEqualTo(new Rest(Reason.MANUAL_POLICY, syncError("refused")));
        assertThat(decide(failed, new World().inSync("a").compare()))
                .isEqualTo(new Rest(Reason.IN_SYNC));
    }

    @Test
    void drift_rests_without_self_heal() {
        assertThat(decide(last(PRUNING, "Succeeded", "new"), OUT_OF_SYNC))
                .isEqualTo(new Rest(Reason.SELF_HEAL_OFF));
    }

    @Test
    void drift_is_healed_at_once() {
        assertThat(decide(last(HEALING, "Succeeded", "new"), OUT_OF_SYNC))
                .isEqualTo(
                        new Sync(
                                List.of("new"),
                                true,
                                Trigger.SELF_HEAL,
                                "self-heal",
                                List.of(NEW)));
    }

    @Test
    void nothing_is_synced_if_only_pruning_is_needed_and_off() {
        var comparison = new World().inSync("kept").extra("old").compare();

        assertThat(decide(application(PLAIN), comparison))
                .isEqualTo(new Rest(Reason.ONLY_PRUNING_NEEDED));
        assertThat(decide(application(PRUNING), comparison)).isInstanceOf(Sync.class);
    }

    @Test
    void what_may_not_be_pruned_is_not_healed_for_ever() {
        var kept = annotated(object("v1", "Secret", "s"), Annotations.SYNC_OPTIONS, "Prune=false");
        var going =
                Json.with(
                        object("v1", "ConfigMap", "c"),
                        NOW.toString(),
                        "metadata",
                        "deletionTimestamp");

        assertThat(
                        decide(
                                last(HEALING, "Succeeded", "new"),
                                new World().inSync("a").live(kept).live(going).compare()))
                .isEqualTo(new Rest(Reason.ONLY_PRUNING_NEEDED));
    }

    @Test
    void everything_is_pruned_only_if_that_is_allowed() {
        var comparison = new World().extra("a").extra("b").compare();

        assertThat(decide(application(PRUNING), comparison))
                .isEqualTo(
                        new Rest(
                                Reason.WOULD_PRUNE_EVERYTHING,
                                syncError(
                                        "Skipping sync attempt to [new]: auto-sync will wipe out"
                                                + " all resources")));
        assertThat(decide(application(new Automated(true, false, true)), comparison))
                .isInstanceOf(Sync.class);
    }

    @Test
    void a_requested_operation_runs_whatever_the_policy_and_the_state() {
        var requested =
                application(
                        new SyncPolicy.Manual(),
                        Application.Status.EMPTY,
                        Optional.of(Samples.operation(true, false)),
                        10);

        assertThat(decide(requested, new World().inSync("a").compare()))
                .isEqualTo(new Sync(List.of("new"), true, Trigger.REQUESTED, "requested"));
    }

    @Test
    void other_options_of_a_source_are_as_new_as_another_revision() {
        var before = new LinkedHashMap<>(SOURCES.trees().getFirst());
        before.put("helm", Map.of("releaseName", "old"));

        assertThat(decide(tried(before), OUT_OF_SYNC))
                .isEqualTo(new Sync(List.of("new"), false, Trigger.NEW_REVISION, "new revision"));
    }

    @Test
    void another_name_of_the_same_revision_is_nothing_new() {
        var before = new LinkedHashMap<>(SOURCES.trees().getFirst());
        before.put("targetRevision", "v1");

        assertThat(decide(tried(before), OUT_OF_SYNC)).isEqualTo(new Rest(Reason.SELF_HEAL_OFF));
        assertThat(decide(tried(SOURCES.trees().getFirst()), OUT_OF_SYNC))
                .isEqualTo(new Rest(Reason.SELF_HEAL_OFF));
    }

    private static Application tried(Map<String, Object> source) {
        return Samples.after(
                application(PLAIN),
                new LastOperation("Succeeded", List.of("new"), List.of(source), ""));
    }

    private static SyncDecision decide(Application application, Comparison comparison) {
        return AutoSync.decide(application, comparison, List.of("new"), NO_HEALS, NOW);
    }

    private static Optional<Warning> syncError(String message) {
        return Optional.of(new Warning("SyncError", message));
    }

    private static Application last(Automated policy, String phase, String revision) {
        return Samples.after(
                application(policy),
                new LastOperation(phase, List.of(revision), List.of(), "refused"));
    }
}
