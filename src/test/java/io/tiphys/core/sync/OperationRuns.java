package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Application.Operation;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.NamespaceMetadata;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.sync.HookRuns.Leftover;
import io.tiphys.core.sync.ResourceResult.Status;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.SyncPlan.Task;
import io.tiphys.core.sync.SyncProgress.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Runs of one Application's sync as the service makes them: from nothing but the status and the
/// cluster, and back to nothing else.
final class OperationRuns {

    static final String APPLICATION = "shop";

    /// kill -9.
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final FakeCluster cluster;
    private final Set<String> options;
    private final Trigger trigger;
    private final boolean prune;
    private final Map<String, Object> requested;
    private final Map<String, Object> retry;
    private final Optional<Duration> timeout;

    List<Manifest> rendered;

    /// How resources name the Application.
    Tracking tracking = Tracking.DEFAULT;

    Instant now = Instant.parse("2026-01-01T12:00:00Z");
    Map<String, Object> status = Map.of();

    /// Where the source's target revision stands.
    String newest = "0123456789abcdef";

    /// When somebody approved what asks before it is pruned.
    Optional<Instant> approval = Optional.empty();

    /// Acts until the service dies; none for a long life.
    int killedAfter = Integer.MAX_VALUE;

    /// Told of every write to the cluster before it is made.
    Consumer<Task> watcher = _ -> {};

    /// What was done last, in order.
    final List<String> deeds = new ArrayList<>();

    /// @param requested the `sync` of an operation that somebody asks for; empty for automated sync
    /// @param retry of the operation
    OperationRuns(
            FakeCluster cluster,
            List<Manifest> rendered,
            Set<String> options,
            Trigger trigger,
            boolean prune,
            Map<String, Object> requested,
            Map<String, Object> retry,
            Optional<Duration> timeout) {
        this.cluster = cluster;
        this.rendered = rendered;
        this.options = options;
        this.trigger = trigger;
        this.prune = prune;
        this.requested = requested;
        this.retry = retry;
        this.timeout = timeout;
    }

    static TargetResources prepared(List<Manifest> rendered) {
        return prepared(rendered, Tracking.DEFAULT);
    }

    private static TargetResources prepared(List<Manifest> rendered, Tracking tracking) {
        return TargetResources.prepare(
                rendered,
                APPLICATION,
                tracking,
                "shop",
                type ->
                        Optional.of(
                                !Set.of("Namespace", "CustomResourceDefinition")
                                        .contains(type.kind())));
    }

    /// One run. What it does and says is in [#deeds].
    void run() {
        deeds.clear();
        var application = application();
        var resources = prepared(rendered, tracking);
        var comparison = Comparison.of(resources.manifests(), tracked());
        var underWay =
                OperationState.underWay(application).map(it -> it.awaitsRetry() ? it.again() : it);
        boolean waits =
                OperationState.underWay(application)
                        .filter(it -> it.awaitsRetry() && it.retryAt().isAfter(now))
                        .filter(
                                it ->
                                        !Retry.mayPassNow(
                                                it,
                                                comparison,
                                                Samples.observed(cluster.live(), now)))
                        .isPresent();
        if (waits || (underWay.isEmpty() && OperationState.of(application).isPresent())) {
            tidy(OperationState.of(application));
            return;
        }
        var state =
                underWay.map(it -> it.at(List.of(newest)))
                        .orElseGet(() -> begin(application, comparison));
        var plan = plan(resources, comparison, state);
        if (underWay.isEmpty() && !plan.isOneStep() && !state.dryRun()) {
            note(state);
        }
        while (true) {
            var progress =
                    SyncProgress.of(plan, state, Samples.observed(cluster.live(), now), timeout);
            state = state.with(progress.results());
            switch (progress.next()) {
                case Next.Run(var tasks, var trials) -> {
                    boolean dryRun = state.dryRun();
                    var refused = trials.stream().flatMap(it -> tryOut(it).stream()).toList();
                    state =
                            state.with(
                                    refused.isEmpty()
                                            ? tasks.stream().map(it -> act(it, dryRun)).toList()
                                            : refused);
                }
                case Next.Wait(var message, var clear, var clearOnceNoted) -> {
                    deeds.add(message);
                    clear.forEach(this::clear);
                    note(state.waiting(message));
                    clearOnceNoted.forEach(this::clear);
                    tidy(OperationState.of(application()));
                    return;
                }
                case Next.End(var phase, var message) -> {
                    var reached = state.ended(phase, message, now).orRetried();
                    deeds.add(said(reached));
                    note(reached);
                    tidy(OperationState.of(application()));
                    return;
                }
            }
        }
    }

    private static String said(OperationState reached) {
        return reached.phase() == OperationPhase.SUCCEEDED
                ? reached.phase().wire()
                : reached.phase().wire() + ": " + reached.message();
    }

    Optional<OperationState> state() {
        return OperationState.of(application());
    }

    private SyncPlan plan(TargetResources resources, Comparison found, OperationState state) {
        return SyncPlan.of(
                found,
                new SyncPlan.Beside(
                        resources.hooks(),
                        namespace(),
                        SharedResources.of(found, APPLICATION, tracking)),
                APPLICATION,
                new SyncOptions(options),
                approval,
                state);
    }

    /// Without the destination's namespace, unless it is declared.
    private Map<ResourceKey, LiveResource> tracked() {
        var tracked = new HashMap<>(cluster.live());
        tracked.values().removeIf(it -> tracking.application(it.key(), it.object()).isEmpty());
        return tracked;
    }

    private Optional<Manifest> namespace() {
        return Optional.of(new NamespaceMetadata(Map.of(), Map.of()).namespace("shop"))
                .filter(_ -> options.contains("CreateNamespace=true"))
                .filter(it -> !cluster.has(FakeCluster.name(it.key())));
    }

    private Optional<ResourceResult> tryOut(Task task) {
        if (!cluster.refuses(task.key())) {
            return Optional.empty();
        }
        deeds.add("refused " + FakeCluster.name(task.key()));
        return Optional.of(ResourceResult.of(task, Status.FAILED, "refused"));
    }

    private OperationState begin(Application application, Comparison comparison) {
        return OperationState.begin(
                application, Samples.decision(newest, comparison, prune, trigger), now);
    }

    Application application() {
        var operation = Map.<String, Object>of("sync", requested, "retry", retry);
        return Samples.application(
                new SyncPolicy.Automated(prune, false, false, retry),
                new Application.Status(List.of(), Optional.<LastOperation>empty(), status),
                requested.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Operation(
                                        Optional.empty(),
                                        List.of(),
                                        Json.bool(requested, "prune"),
                                        Json.bool(requested, "dryRun"),
                                        Map.of(),
                                        operation)),
                10);
    }

    private ResourceResult act(Task task, boolean dryRun) {
        alive();
        watcher.accept(task);
        var name = FakeCluster.name(task.key());
        return switch (task) {
            case Task.Apply(var manifest, var phase) -> {
                deeds.add("apply " + name + (phase == SyncPhase.SYNC ? "" : " " + phase.wire()));
                yield applied(task, manifest, dryRun);
            }
            case Task.RunHook(var manifest, var phase) -> {
                deeds.add("run " + name + " " + phase.wire());
                yield applied(task, manifest, dryRun);
            }
            case Task.Prune(var live) -> {
                deeds.add("prune " + name);
                if (!dryRun) {
                    cluster.delete(live);
                }
                yield ResourceResult.of(task, Status.PRUNED, "pruned");
            }
        };
    }

    private ResourceResult applied(Task task, Manifest manifest, boolean dryRun) {
        return dryRun || cluster.apply(manifest)
                ? ResourceResult.of(task, Status.SYNCED, "applied")
                : ResourceResult.of(task, Status.FAILED, "refused");
    }

    private void clear(LiveResource hook) {
        alive();
        deeds.add("delete " + FakeCluster.name(hook.key()));
        cluster.delete(hook);
        Optional.ofNullable(cluster.live().get(hook.key())).ifPresent(cluster::release);
    }

    private void tidy(Optional<OperationState> operation) {
        for (var leftover : HookRuns.leftovers(operation, Samples.observed(cluster.live(), now))) {
            switch (leftover) {
                case Leftover.Delete(var hook) -> clear(hook);
                case Leftover.Release(var hook) -> {
                    alive();
                    cluster.release(hook);
                }
            }
        }
    }

    private void note(OperationState state) {
        alive();
        status = ApplicationStatus.ended(status, state);
    }

    private void alive() {
        if (killedAfter-- == 0) {
            throw new Killed();
        }
    }
}
