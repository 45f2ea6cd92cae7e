package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.NamespaceMetadata;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Reason;
import io.tiphys.core.sync.SyncDecision.Rest;
import io.tiphys.core.sync.SyncDecision.Sync;
import io.tiphys.core.sync.SyncDecision.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A namespace whose labels and annotations an Application manages.
class NamespaceMetadataTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final NamespaceMetadata BLUE =
            new NamespaceMetadata(Map.of("team", "blue"), Map.of());
    private static final NamespaceMetadata RED =
            new NamespaceMetadata(Map.of("team", "red"), Map.of());

    @Test
    void other_metadata_than_the_last_sync_gave_are_synced_once() {
        var given = synced(BLUE, "Succeeded");

        assertThat(decide(managing(BLUE, given))).isEqualTo(new Rest(Reason.IN_SYNC));
        assertThat(decide(managing(RED, given)))
                .isInstanceOfSatisfying(
                        Sync.class, it -> assertThat(it.trigger()).isEqualTo(Trigger.NEW_REVISION));
    }

    @Test
    void what_was_never_synced_has_no_other_metadata() {
        assertThat(decide(managing(RED, Map.of()))).isEqualTo(new Rest(Reason.IN_SYNC));
    }

    @Test
    void a_sync_that_failed_is_tried_again_like_any_other() {
        var last = new LastOperation("Failed", List.of("abc"), List.of(), "refused");

        assertThat(decide(managing(RED, synced(BLUE, "Failed"), Optional.of(last))))
                .isInstanceOfSatisfying(
                        Rest.class, it -> assertThat(it.reason()).isEqualTo(Reason.FAILED_BEFORE));
    }

    @Test
    void the_application_is_out_of_sync_until_the_namespace_has_them() {
        assertThat(status(managing(RED, synced(BLUE, "Succeeded")), Optional.empty()))
                .isEqualTo("OutOfSync");
        assertThat(status(managing(BLUE, synced(BLUE, "Succeeded")), Optional.empty()))
                .isEqualTo("Synced");
    }

    @Test
    void a_sync_that_succeeds_notes_what_it_gave_and_one_that_fails_does_not() {
        var application = managing(RED, synced(BLUE, "Succeeded"));
        var begun = Samples.begun(application, new World().compare(), false, Trigger.NEW_REVISION);

        assertThat(status(application, Optional.of(ended(begun, OperationPhase.SUCCEEDED))))
                .isEqualTo("Synced");
        assertThat(noted(application, ended(begun, OperationPhase.FAILED)))
                .doesNotContainKey("managedNamespaceMetadata");
        assertThat(noted(application, ended(begun, OperationPhase.SUCCEEDED)))
                .containsEntry("managedNamespaceMetadata", RED.tree());
    }

    private static Map<String, Object> noted(Application application, OperationState operation) {
        return Json.object(
                compared(application, Optional.of(operation)), "operationState", "syncResult");
    }

    private static String status(Application application, Optional<OperationState> operation) {
        return Json.string(compared(application, operation), "sync", "status");
    }

    private static Map<String, Object> compared(
            Application application, Optional<OperationState> operation) {
        return ApplicationStatus.compared(
                application,
                Samples.health(new World().inSync("a").compare()),
                Samples.TARGET,
                List.of(),
                operation,
                NOW);
    }

    private static OperationState ended(OperationState begun, OperationPhase phase) {
        return begun.ended(phase, "done", NOW);
    }

    private static SyncDecision decide(Application application) {
        return AutoSync.decide(
                application,
                new World().inSync("a").compare(),
                List.of("abc"),
                new AutoSync.Heals(List.of(), Optional.empty()),
                NOW);
    }

    private static Map<String, Object> synced(NamespaceMetadata metadata, String phase) {
        return Map.of(
                "operationState",
                Map.of(
                        "phase",
                        phase,
                        "syncResult",
                        Map.of("revision", "abc", "managedNamespaceMetadata", metadata.tree())));
    }

    private static Application managing(NamespaceMetadata metadata, Map<String, Object> status) {
        return managing(
                metadata,
                status,
                status.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new LastOperation("Succeeded", List.of("abc"), List.of(), "")));
    }

    private static Application managing(
            NamespaceMetadata metadata, Map<String, Object> status, Optional<LastOperation> last) {
        var plain =
                Samples.application(
                        new SyncPolicy.Automated(false, false, false),
                        new Application.Status(List.of(), last, status),
                        Optional.empty(),
                        10);
        return new Application(
                plain.id(),
                plain.resourceVersion(),
                plain.project(),
                plain.sources(),
                plain.destination(),
                plain.syncPolicy(),
                plain.syncOptions(),
                Optional.of(metadata),
                plain.annotations(),
                plain.operation(),
                plain.status(),
                plain.historyLimit());
    }
}
