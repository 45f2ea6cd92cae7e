package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Application.Operation;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncPolicy.Automated;
import io.tiphys.core.sync.SyncDecision.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What may take the place of an operation that fails or waits.
class ReplacementTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final List<String> NEWER = List.of("newer");
    private static final Application PLAIN = application(Map.of(), Optional.empty());
    private static final Application SUPERSEDING =
            application(Map.of(Annotations.SUPERSEDE, "true"), Optional.empty());
    private static final Application ASKED =
            application(Map.of(), Optional.of(Samples.operation(true, false)));

    @Test
    void by_default_an_operation_stays_at_its_revision() {
        assertThat(Replacement.isDue(failed(PLAIN), PLAIN, NEWER)).isFalse();
        assertThat(Replacement.mayBeNewer(begun(PLAIN), PLAIN)).isFalse();
        assertThat(
                        Replacement.mayBeNewer(
                                begun(PLAIN),
                                application(
                                        Map.of(Annotations.SUPERSEDE, "false"), Optional.empty())))
                .isFalse();
    }

    @Test
    void something_newer_takes_its_place_if_the_application_wants_that() {
        assertThat(Replacement.isDue(failed(SUPERSEDING), SUPERSEDING, NEWER)).isTrue();
        assertThat(Replacement.mayBeNewer(begun(SUPERSEDING), SUPERSEDING)).isTrue();
        assertThat(Replacement.isNewer(SUPERSEDING, NEWER)).isTrue();
    }

    @Test
    void the_same_revision_is_nothing_newer() {
        assertThat(Replacement.isDue(failed(SUPERSEDING), SUPERSEDING, List.of("abc"))).isFalse();
        assertThat(Replacement.isNewer(SUPERSEDING, List.of("abc"))).isFalse();
    }

    @Test
    void a_hook_that_runs_is_not_interrupted_and_one_that_failed_is_over() {
        assertThat(mayBeNewerBeside(OperationPhase.RUNNING)).isFalse();
        assertThat(mayBeNewerBeside(OperationPhase.FAILED)).isTrue();
        assertThat(mayBeNewerBeside(OperationPhase.SUCCEEDED)).isTrue();
    }

    @Test
    void what_somebody_asked_for_is_not_superseded() {
        var asked =
                application(
                        Map.of(Annotations.SUPERSEDE, "true"),
                        Optional.of(Samples.operation(true, false)));

        assertThat(Replacement.mayBeNewer(begun(asked), asked)).isFalse();
        assertThat(Replacement.isDue(failed(asked), asked, NEWER)).isFalse();
    }

    @Test
    void an_operation_that_somebody_asks_for_does_not_wait_for_the_tries_of_another() {
        assertThat(Replacement.isDue(failed(PLAIN), ASKED, List.of("abc"))).isTrue();
        assertThat(Replacement.of(failed(PLAIN), ASKED, List.of("abc"), NOW).message())
                .isEqualTo("Replaced by an operation that was asked for");
    }

    @Test
    void what_was_superseded_has_failed_and_says_by_what() {
        var replaced =
                Replacement.of(
                        begun(SUPERSEDING).with(List.of(hook(OperationPhase.FAILED))),
                        SUPERSEDING,
                        NEWER,
                        NOW);

        assertThat(replaced.phase()).isEqualTo(OperationPhase.FAILED);
        assertThat(replaced.message()).isEqualTo("Superseded by newer");
        assertThat(replaced.finishedAt()).contains(NOW);
    }

    private static boolean mayBeNewerBeside(OperationPhase hook) {
        return Replacement.mayBeNewer(begun(SUPERSEDING).with(List.of(hook(hook))), SUPERSEDING);
    }

    private static OperationState begun(Application application) {
        return Samples.begun(
                application,
                new Samples.World().missing("a").compare(),
                true,
                Trigger.NEW_REVISION);
    }

    private static OperationState failed(Application application) {
        var failed = begun(application).ended(OperationPhase.FAILED, "refused", NOW);
        return failed.toBeRetried("refused. Retrying");
    }

    private static ResourceResult hook(OperationPhase progress) {
        return new ResourceResult(
                new ResourceKey("batch", "Job", "shop", "j"),
                new GroupVersionKind("batch", "v1", "Job"),
                SyncPhase.PRE_SYNC,
                true,
                ResourceResult.Status.SYNCED,
                Optional.of(progress),
                "");
    }

    /// Whose newest operation is of revision `abc`.
    private static Application application(
            Map<String, String> annotations, Optional<Operation> operation) {
        return Samples.annotated(
                Samples.application(
                        new Automated(true, true, false),
                        new Application.Status(
                                List.of(),
                                Optional.of(
                                        new LastOperation(
                                                "Running", List.of("abc"), List.of(), "")),
                                Map.of()),
                        operation,
                        10),
                annotations);
    }
}
