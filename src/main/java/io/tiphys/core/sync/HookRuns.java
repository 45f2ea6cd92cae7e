package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.Hook.DeletePolicy;
import io.tiphys.core.sync.SyncPlan.Task.RunHook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Makes hooks into what one operation runs, and says what becomes of them afterwards. A hook in
/// the cluster says by itself which operation made it: so it is found again, and not made twice,
/// by a service that was killed before it could note it.
public final class HookRuns {

    private static final int SHORT_REVISION = 7;

    private HookRuns() {}

    /// What is still to be done with a hook that was run.
    public sealed interface Leftover {

        LiveResource hook();

        /// Its result has been noted: whoever deletes it may.
        record Release(LiveResource hook) implements Leftover {}

        record Delete(LiveResource hook) implements Leftover {}
    }

    /// @param application its name in tracking ids
    static List<RunHook> of(List<Manifest> hooks, String application, OperationState operation) {
        return operation.runsHooks()
                ? Arrays.stream(SyncPhase.values())
                        .filter(phase -> !phase.isAtDeletion())
                        .flatMap(phase -> of(hooks, phase, application, operation).stream())
                        .toList()
                : List.of();
    }

    /// Those of one phase alone.
    static List<RunHook> of(
            List<Manifest> hooks, SyncPhase phase, String application, OperationState operation) {
        return hooks.stream()
                .filter(it -> Hook.of(it.annotations()).orElseThrow().phases().contains(phase))
                .map(it -> marked(named(it, phase, operation), phase, application, operation))
                .map(it -> new RunHook(it, phase))
                .toList();
    }

    /// Argo CD's name for one that has only a prefix: revision, phase and start of the operation. A
    /// try after the first has its number as well, lest it takes the first one's hook for its own.
    private static Manifest named(Manifest hook, SyncPhase phase, OperationState operation) {
        if (!hook.key().name().isEmpty()) {
            return hook;
        }
        var revision = operation.revisions().getFirst();
        var ending =
                "%s-%s-%d%s"
                        .formatted(
                                revision.substring(0, Math.min(SHORT_REVISION, revision.length())),
                                phase.wire(),
                                operation.startedAt().getEpochSecond(),
                                operation.attempt() == 0 ? "" : "-" + operation.attempt());
        var name =
                Json.string(hook.object(), "metadata", "generateName")
                        + ending.toLowerCase(Locale.ROOT);
        return new Manifest(Json.with(hook.object(), name, "metadata", "name"), hook.origin());
    }

    private static Manifest marked(
            Manifest hook, SyncPhase phase, String application, OperationState operation) {
        var object =
                Json.with(
                        hook.object(),
                        operation.run(phase),
                        "metadata",
                        "annotations",
                        Annotations.HOOK_RUN);
        var finalizers = new ArrayList<>(Json.array(object, "metadata", "finalizers"));
        if (!finalizers.contains(LiveResource.HOOK_FINALIZER)) {
            finalizers.add(LiveResource.HOOK_FINALIZER);
        }
        return new TrackingId(application, hook.key())
                .stamp(
                        new Manifest(
                                Json.with(object, finalizers, "metadata", "finalizers"),
                                hook.origin()));
    }

    /// What is to be done with hooks once the status is written that says how they ended. Asked in
    /// every run, so that a killed service does it after its next start.
    ///
    /// @param operation the newest, as the status has it
    /// @param observed resources of the Application, hooks among them
    public static List<Leftover> leftovers(
            Optional<OperationState> operation, Observation observed) {
        var leftovers = new ArrayList<Leftover>();
        for (var resource : observed.live().values()) {
            Hook.of(resource.annotations())
                    .flatMap(hook -> leftover(operation, hook, resource, observed))
                    .ifPresent(leftovers::add);
        }
        return leftovers;
    }

    private static Optional<Leftover> leftover(
            Optional<OperationState> operation,
            Hook hook,
            LiveResource live,
            Observation observed) {
        var run = live.annotations().getOrDefault(Annotations.HOOK_RUN, "");
        if (operation.filter(it -> awaits(it, live, run)).isPresent()) {
            return Optional.empty();
        }
        boolean goes =
                !live.beingDeleted()
                        && operation
                                .filter(it -> isOf(it, run) && goesWith(it, hook, live, observed))
                                .isPresent();
        if (goes) {
            return Optional.of(new Leftover.Delete(live));
        }
        return live.isKeptForItsResult()
                ? Optional.of(new Leftover.Release(live))
                : Optional.empty();
    }

    /// One that was made and not noted yet, or noted as running.
    private static boolean awaits(OperationState operation, LiveResource live, String run) {
        var noted =
                operation.results().stream()
                        .filter(it -> it.hook() && it.key().equals(live.key()))
                        .toList();
        boolean unnoted =
                isOf(operation, run)
                        && noted.stream().noneMatch(it -> run.equals(operation.run(it.phase())));
        return !operation.phase().isOver()
                && !operation.awaitsRetry()
                && (unnoted || noted.stream().anyMatch(ResourceResult::isRunning));
    }

    /// Whether the operation made it, in the try that it is at.
    static boolean isOf(OperationState operation, LiveResource hook) {
        return isOf(operation, hook.annotations().getOrDefault(Annotations.HOOK_RUN, ""));
    }

    private static boolean isOf(OperationState operation, String run) {
        return run.startsWith(operation.run());
    }

    /// What nobody waits for any more is stopped, else its policy decides.
    private static boolean goesWith(
            OperationState operation, Hook hook, LiveResource live, Observation observed) {
        var phase = operation.awaitsRetry() ? OperationPhase.FAILED : operation.phase();
        return switch (phase) {
            case RUNNING, TERMINATING -> false;
            case SUCCEEDED -> hook.policies().contains(DeletePolicy.HOOK_SUCCEEDED);
            case FAILED, ERROR ->
                    hook.policies().contains(DeletePolicy.HOOK_FAILED)
                            || progress(live, observed) == OperationPhase.RUNNING;
        };
    }

    /// How far a hook is, by its health. One of a kind without a rule has done its work by being
    /// there.
    static OperationPhase progress(LiveResource hook, Observation observed) {
        return switch (health(hook, observed).status()) {
            case HEALTHY -> OperationPhase.SUCCEEDED;
            case PROGRESSING, SUSPENDED, MISSING -> OperationPhase.RUNNING;
            case DEGRADED, UNKNOWN -> OperationPhase.FAILED;
        };
    }

    static Health health(LiveResource hook, Observation observed) {
        return observed.health(hook).orElse(new Health(Health.Status.HEALTHY, "created"));
    }
}
