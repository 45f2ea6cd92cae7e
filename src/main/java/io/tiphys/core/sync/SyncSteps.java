package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.Hook.DeletePolicy;
import io.tiphys.core.sync.ResourceResult.Slot;
import io.tiphys.core.sync.ResourceResult.Status;
import io.tiphys.core.sync.SyncPlan.Task;
import io.tiphys.core.sync.SyncPlan.Wave;
import io.tiphys.core.sync.SyncProgress.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Decides how far a sync is, and what comes next in it. See [SyncProgress] for the rules.
final class SyncSteps {

    private static final GroupVersionKind NAMESPACE = new GroupVersionKind("", "v1", "Namespace");
    private static final String FAILED_TO_APPLY = "one or more objects failed to apply";
    private static final String UNSUCCESSFUL =
            "one or more synchronization tasks completed unsuccessfully";

    private final SyncPlan plan;
    private final OperationState operation;
    private final Observation observed;
    private final Map<Slot, ResourceResult> results = new LinkedHashMap<>();

    SyncSteps(SyncPlan plan, OperationState operation, Observation observed) {
        this.plan = plan;
        this.operation = operation;
        this.observed = observed;
        operation.results().forEach(this::note);
    }

    SyncProgress next(Optional<Duration> timeout) {
        plan.hooks().forEach(this::find);
        List.copyOf(results.values()).stream()
                .filter(ResourceResult::isRunning)
                .forEach(this::observe);
        var next = decide(timeout);
        if (next instanceof Next.End) {
            plan.kept().forEach(this::keep);
        }
        return new SyncProgress(List.copyOf(results.values()), next);
    }

    private void note(ResourceResult result) {
        results.put(result.slot(), result);
    }

    /// A hook that was made, before that could be noted.
    private void find(Task.RunHook hook) {
        var found = observed.live().get(hook.key());
        if (found != null && !results.containsKey(hook.slot()) && isRunOf(hook, found)) {
            note(ResourceResult.of(hook, Status.SYNCED, "found"));
        }
    }

    private boolean isRunOf(Task.RunHook hook, LiveResource found) {
        return operation.run(hook.phase()).equals(found.annotations().get(Annotations.HOOK_RUN));
    }

    private void observe(ResourceResult hook) {
        var found = observed.live().get(hook.key());
        if (found == null) {
            note(hook.with(OperationPhase.ERROR, "was deleted before its result was read"));
            return;
        }
        var progress = HookRuns.progress(found, observed);
        if (progress == OperationPhase.RUNNING && found.beingDeleted()) {
            note(hook.with(OperationPhase.ERROR, "was deleted while it ran"));
        } else {
            note(hook.with(progress, HookRuns.health(found, observed).message()));
        }
    }

    private void keep(LiveResource resource) {
        note(
                new ResourceResult(
                        resource.key(),
                        resource.type(),
                        SyncPhase.SYNC,
                        false,
                        Status.PRUNE_SKIPPED,
                        Optional.empty(),
                        operation.prune() ? "ignored (no prune)" : "ignored (requires pruning)"));
    }

    private Next decide(Optional<Duration> timeout) {
        if (operation.phase() == OperationPhase.TERMINATING) {
            return new Next.End(OperationPhase.FAILED, SyncProgress.TERMINATED);
        }
        var late = timeout.filter(it -> !operation.startedAt().plus(it).isAfter(observed.now()));
        if (late.isPresent()) {
            return new Next.End(
                    OperationPhase.FAILED,
                    "%s: it took longer than %d seconds"
                            .formatted(SyncProgress.TERMINATED, late.get().toSeconds()));
        }
        if (plan.refusal().isPresent()) {
            return new Next.End(OperationPhase.FAILED, plan.refusal().get());
        }
        for (int i = 0; i < plan.waves().size(); i++) {
            if (hasFailed()) {
                return afterFailure();
            }
            var next = next(i);
            if (next.isPresent()) {
                return next.get();
            }
        }
        return hasFailed()
                ? afterFailure()
                : new Next.End(OperationPhase.SUCCEEDED, "successfully synced (all tasks run)");
    }

    /// @return empty if the wave is through, or something in it failed
    private Optional<Next> next(int index) {
        var wave = plan.waves().get(index);
        for (var group : wave.groups()) {
            var pending = pending(group);
            if (!pending.isEmpty()) {
                return Optional.of(
                        approvalWaitedFor(wave)
                                .or(() -> definitionsWaitedFor(index, pending))
                                .or(() -> cleared(wave.tasks().toList()))
                                .orElseGet(() -> new Next.Run(pending, trials(wave, group))));
            }
        }
        if (operation.dryRun() || hasBegunAfter(index)) {
            return Optional.empty();
        }
        return settled(wave, index == plan.waves().size() - 1);
    }

    private <T extends Task> List<T> pending(Collection<T> tasks) {
        return tasks.stream().filter(it -> !isDone(it)).toList();
    }

    /// A dry run is nothing else.
    private List<Task> trials(Wave wave, List<Task> group) {
        return operation.dryRun() ? List.of() : Trial.of(wave, group, this::isDone);
    }

    private boolean isDone(Task task) {
        return results.containsKey(task.slot());
    }

    private boolean hasBegunAfter(int index) {
        return plan.waves().stream()
                .skip(index + 1L)
                .flatMap(Wave::tasks)
                .anyMatch(it -> results.containsKey(it.slot()));
    }

    /// What a wave is still waiting for. Resources that became ill are noted as failed.
    private Optional<Next> settled(Wave wave, boolean last) {
        var running =
                wave.tasks()
                        .map(it -> results.get(it.slot()))
                        .filter(it -> it != null && it.isRunning())
                        .map(ResourceResult::key)
                        .toList();
        if (!running.isEmpty()) {
            return waiting("completion of hook", running);
        }
        if (last) {
            return Optional.empty();
        }
        var leaving = new ArrayList<ResourceKey>();
        var progressing = new ArrayList<ResourceKey>();
        for (var key : resources(wave)) {
            var resource = observed.find(key);
            var state = resource.flatMap(observed::health);
            if (resource.filter(LiveResource::beingDeleted).isPresent()) {
                leaving.add(key);
            } else if (resource.isEmpty()) {
                if (isDeclared(wave, key)) {
                    fail(wave, key, "is missing: it may have been deleted");
                }
            } else if (state.isPresent() && !isPruned(key)) {
                switch (state.get().status()) {
                    case HEALTHY -> {}
                    case DEGRADED -> fail(wave, key, state.get().message());
                    case PROGRESSING, SUSPENDED, MISSING, UNKNOWN -> progressing.add(key);
                }
            }
        }
        if (hasFailed()) {
            return Optional.empty();
        }
        return progressing.isEmpty()
                ? waiting("deletion of", leaving)
                : waiting("healthy state of", progressing);
    }

    private List<ResourceKey> resources(Wave wave) {
        var keys = new ArrayList<>(wave.standing());
        wave.tasks().filter(SyncSteps::isTracked).map(Task::key).forEach(keys::add);
        return keys;
    }

    /// The destination's namespace is no resource of the Application's, nor are hooks. Namespaces
    /// that are named by a label alone are there with their write, too.
    private static boolean isTracked(Task task) {
        return switch (task) {
            case Task.Apply(var manifest, _) ->
                    !NAMESPACE.equals(manifest.type())
                            || TrackingId.of(manifest.key(), manifest.object()).isPresent();
            case Task.Prune _ -> true;
            case Task.RunHook _ -> false;
        };
    }

    private boolean isDeclared(Wave wave, ResourceKey key) {
        return wave.tasks().anyMatch(it -> it instanceof Task.Apply && it.key().equals(key));
    }

    private boolean isPruned(ResourceKey key) {
        return Optional.ofNullable(results.get(new Slot(key, SyncPhase.SYNC)))
                .filter(it -> it.status() == Status.PRUNED)
                .isPresent();
    }

    private void fail(Wave wave, ResourceKey key, String message) {
        var known = Optional.ofNullable(results.get(new Slot(key, wave.phase())));
        var type =
                known.map(ResourceResult::type)
                        .or(() -> observed.find(key).map(LiveResource::type))
                        .orElse(new GroupVersionKind(key.group(), "", key.kind()));
        note(
                new ResourceResult(
                        key,
                        type,
                        wave.phase(),
                        false,
                        Status.SYNCED,
                        Optional.of(OperationPhase.FAILED),
                        message));
    }

    /// Nothing of a wave is written until what asks before it is pruned may go.
    private Optional<Next> approvalWaitedFor(Wave wave) {
        var asking =
                pending(wave.tasks().toList()).stream()
                        .map(Task::key)
                        .filter(plan.unapproved()::contains)
                        .toList();
        return operation.dryRun() ? Optional.empty() : waiting("pruning confirmation of", asking);
    }

    /// What a definition defines can be made once it is established, and tried out no sooner.
    private Optional<Next> definitionsWaitedFor(int index, List<Task> pending) {
        var wave = plan.waves().get(index);
        var later = pending(wave.tasks().toList());
        var before = plan.waves().stream().limit(index).flatMap(Wave::tasks);
        var waitedFor =
                Stream.concat(
                                unestablished(before).filter(it -> definesOneOf(it, later)),
                                unestablished(wave.tasks()).filter(it -> definesOneOf(it, pending)))
                        .map(LiveResource::key)
                        .toList();
        return operation.dryRun() ? Optional.empty() : waiting("establishment of", waitedFor);
    }

    private Stream<LiveResource> unestablished(Stream<Task> tasks) {
        return tasks.filter(it -> results.containsKey(it.slot()))
                .flatMap(it -> observed.find(it.key()).stream())
                .filter(it -> !Definitions.isEstablished(it));
    }

    private static boolean definesOneOf(LiveResource resource, List<Task> tasks) {
        var defined = Definitions.defined(resource.type(), resource.object());
        return tasks.stream().map(it -> Definitions.kind(it.type())).anyMatch(defined::equals);
    }

    /// Hooks of earlier runs that stand where others are to be made.
    private Optional<Next> cleared(List<? extends Task> tasks) {
        var inTheWay =
                pending(tasks).stream()
                        .filter(Task.RunHook.class::isInstance)
                        .map(Task.RunHook.class::cast)
                        .filter(this::isInTheWay)
                        .map(it -> observed.live().get(it.key()))
                        .filter(Objects::nonNull)
                        .toList();
        var toDelete =
                inTheWay.stream()
                        .filter(it -> !it.beingDeleted() || it.isKeptForItsResult())
                        .collect(Collectors.partitioningBy(it -> HookRuns.isOf(operation, it)));
        return inTheWay.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Next.Wait(
                                message(
                                        "deletion of hook",
                                        inTheWay.stream().map(LiveResource::key).toList()),
                                toDelete.getOrDefault(false, List.of()),
                                toDelete.getOrDefault(true, List.of())));
    }

    private boolean isInTheWay(Task.RunHook hook) {
        var found = observed.live().get(hook.key());
        return found != null
                && (found.beingDeleted()
                        || Hook.of(hook.manifest().annotations())
                                .filter(
                                        it ->
                                                it.policies()
                                                        .contains(
                                                                DeletePolicy.BEFORE_HOOK_CREATION))
                                .isPresent());
    }

    /// A hook for failures that was made says so as well, should the failure not have been noted.
    private boolean hasFailed() {
        return results.values().stream()
                .anyMatch(it -> it.isFailure() || it.phase() == SyncPhase.SYNC_FAIL);
    }

    private List<ResourceResult> failures(boolean ofFailureHooks) {
        return results.values().stream()
                .filter(ResourceResult::isFailure)
                .filter(it -> (it.phase() == SyncPhase.SYNC_FAIL) == ofFailureHooks)
                .toList();
    }

    /// Hooks that run are waited for; then those for failures have their turn, all at once.
    private Next afterFailure() {
        var running = running();
        if (running.stream().anyMatch(it -> it.phase() != SyncPhase.SYNC_FAIL)) {
            return waitingFor(running);
        }
        var pending = pending(plan.onFailure());
        if (!pending.isEmpty()) {
            return cleared(pending)
                    .orElseGet(() -> new Next.Run(List.<Task>copyOf(pending), List.of()));
        }
        if (!running.isEmpty()) {
            return waitingFor(running);
        }
        var failures = failures(false);
        boolean refused = failures.stream().anyMatch(it -> it.status() == Status.FAILED);
        var ofFailureHooks = failures(true);
        return new Next.End(
                OperationPhase.FAILED,
                reason(refused ? FAILED_TO_APPLY : UNSUCCESSFUL, failures)
                        + (ofFailureHooks.isEmpty()
                                ? ""
                                : "; "
                                        + reason(
                                                "one or more SyncFail hooks failed",
                                                ofFailureHooks)));
    }

    private Next waitingFor(List<ResourceResult> hooks) {
        return new Next.Wait(
                message("completion of hook", hooks.stream().map(ResourceResult::key).toList()));
    }

    private List<ResourceResult> running() {
        return results.values().stream().filter(ResourceResult::isRunning).toList();
    }

    private static Optional<Next> waiting(String reason, List<ResourceKey> keys) {
        return keys.isEmpty()
                ? Optional.empty()
                : Optional.of(new Next.Wait(message(reason, keys)));
    }

    private static String reason(String what, List<ResourceResult> failures) {
        if (failures.isEmpty()) {
            return what;
        }
        var first = failures.getFirst();
        return "%s, reason: %s/%s: %s"
                .formatted(what, first.key().kind(), first.key().name(), first.message());
    }

    static String message(String reason, List<ResourceKey> keys) {
        var first = keys.getFirst();
        return "waiting for %s %s/%s/%s%s"
                .formatted(
                        reason,
                        first.group(),
                        first.kind(),
                        first.name(),
                        keys.size() == 1 ? "" : " and %d more".formatted(keys.size() - 1));
    }
}
