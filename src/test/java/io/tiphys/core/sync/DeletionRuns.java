package io.tiphys.core.sync;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.HookRuns.Leftover;
import io.tiphys.core.sync.SyncOptions.Propagation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Runs of one Application's deletion as the service makes them: from nothing but the custom
/// resource and the cluster, and back to nothing else.
final class DeletionRuns {

    private final FakeCluster cluster;
    List<Manifest> rendered;
    Map<String, Object> application;
    Instant now = Instant.parse("2026-01-01T12:00:00Z");

    /// Acts until the service dies; none for a long life.
    int killedAfter = Integer.MAX_VALUE;

    /// Told of every hook before it is made.
    Consumer<Manifest> makes = _ -> {};

    /// Told of every resource before it is deleted.
    Consumer<LiveResource> deletes = _ -> {};

    /// What went, and what the watch has not told of yet.
    private final Map<ResourceKey, LiveResource> unseen = new TreeMap<>();

    /// What was done last, in order, and said.
    final List<String> deeds = new ArrayList<>();

    /// @param application the custom resource, without what every one has
    DeletionRuns(FakeCluster cluster, List<Manifest> rendered, Map<String, Object> application) {
        this.cluster = cluster;
        this.rendered = rendered;
        var named = Json.with(application, OperationRuns.APPLICATION, "metadata", "name");
        this.application =
                Json.with(
                        Json.with(named, "argocd", "metadata", "namespace"),
                        "2026-01-01T12:00:00Z",
                        "metadata",
                        "deletionTimestamp");
    }

    /// One run. What it does and says is in [#deeds].
    void run() {
        deeds.clear();
        while (true) {
            var deletion = Deletion.of(application).orElseThrow();
            var declared = OperationRuns.prepared(rendered).hooks();
            var plan =
                    deletion.plan(
                            deletion.runsHooks() ? declared : List.of(), OperationRuns.APPLICATION);
            switch (deletion.next(plan, Samples.observed(live(plan.hookKeys()), now))) {
                case DeletionStep.Run(var hooks) -> hooks.forEach(this::make);
                case DeletionStep.Remove(var left) -> remove(left);
                case DeletionStep.Delete(var resources, var propagation) -> {
                    resources.forEach(it -> delete(it, propagation));
                    return;
                }
                case DeletionStep.Clear(var leftovers) -> {
                    leftovers.forEach(this::clear);
                    return;
                }
                case DeletionStep.Wait(var message, _) -> {
                    deeds.add(message);
                    return;
                }
                case DeletionStep.Fail(var message, var again) -> {
                    deeds.add("%s [%d s]".formatted(message, again.toSeconds()));
                    return;
                }
                case DeletionStep.Done() -> {
                    deeds.add("done");
                    return;
                }
            }
        }
    }

    /// As the service knows it: what the Application tracks, and what was asked for by name.
    private Map<ResourceKey, LiveResource> live(Collection<ResourceKey> named) {
        var live = new TreeMap<>(unseen);
        live.putAll(cluster.live());
        live.values()
                .removeIf(
                        it ->
                                !named.contains(it.key())
                                        && TrackingId.of(it.key(), it.object())
                                                .map(TrackingId::application)
                                                .filter(OperationRuns.APPLICATION::equals)
                                                .isEmpty());
        return live;
    }

    /// The watch is late: what goes from here on is still seen.
    void watchIsLate() {
        unseen.putAll(cluster.live());
    }

    void watchTells() {
        unseen.clear();
    }

    private void make(Manifest hook) {
        act("run " + FakeCluster.name(hook.key()));
        makes.accept(hook);
        cluster.apply(hook);
    }

    private void delete(LiveResource resource, Propagation propagation) {
        act(
                "delete "
                        + FakeCluster.name(resource.key())
                        + (propagation == Propagation.FOREGROUND ? "" : " " + propagation.wire()));
        deletes.accept(resource);
        cluster.delete(resource);
        cluster.live().values().stream()
                .filter(it -> it.key().equals(resource.key()) && it.isKeptForItsResult())
                .forEach(cluster::release);
    }

    private void clear(Leftover leftover) {
        switch (leftover) {
            case Leftover.Delete(var hook) -> delete(hook, Propagation.FOREGROUND);
            case Leftover.Release(var hook) -> {
                act("release " + FakeCluster.name(hook.key()));
                cluster.release(hook);
            }
        }
    }

    private void remove(Finalizers left) {
        var gone = new ArrayList<>(Finalizers.of(application).all());
        gone.removeAll(left.all());
        act("remove " + String.join(", ", gone));
        application =
                new LinkedHashMap<>(Json.with(application, left.all(), "metadata", "finalizers"));
    }

    private void act(String deed) {
        if (killedAfter-- == 0) {
            throw new OperationRuns.Killed();
        }
        deeds.add(deed);
    }
}
