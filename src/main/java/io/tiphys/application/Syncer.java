package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.ResourceApplier;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.SyncOutcome;
import io.tiphys.core.sync.SyncOutcome.ResourceResult;
import io.tiphys.core.sync.SyncOutcome.Status;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.core.sync.SyncPlan.Task;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Carries out a plan: the tasks of a step side by side, step after step, and no step after one
/// that failed.
@Singleton
class Syncer {

    private final int parallelWrites;
    private final Clock clock = Clock.systemUTC();

    Syncer(ApplicationConfig config) {
        parallelWrites = config.parallelWrites();
    }

    SyncOutcome sync(
            Application application, Cluster cluster, SyncPlan plan, SyncDecision.Sync decision) {
        var startedAt = clock.instant();
        boolean dryRun = application.operation().map(Application.Operation::dryRun).orElse(false);
        var results = new ArrayList<ResourceResult>();
        var namespace = application.destination().namespace();
        if (!dryRun
                && !namespace.isEmpty()
                && application.syncOptions().contains("CreateNamespace=true")) {
            cluster.applier().createNamespace(namespace);
        }
        for (var step : plan.steps()) {
            var done = run(step, cluster.applier(), dryRun);
            results.addAll(done);
            if (done.stream().anyMatch(result -> result.status() == Status.FAILED)) {
                break;
            }
        }
        for (var live : plan.kept()) {
            results.add(
                    new ResourceResult(
                            live.key(), live.type(), Status.PRUNE_SKIPPED, "ignored (no prune)"));
        }
        return new SyncOutcome(decision, results, startedAt, clock.instant());
    }

    private List<ResourceResult> run(List<Task> step, ResourceApplier applier, boolean dryRun) {
        if (step.size() == 1) {
            return List.of(run(step.getFirst(), applier, dryRun));
        }
        var permits = new Semaphore(parallelWrites);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<ResourceResult>>();
            for (var task : step) {
                running.add(
                        threads.submit(
                                () -> {
                                    permits.acquire();
                                    try {
                                        return run(task, applier, dryRun);
                                    } finally {
                                        permits.release();
                                    }
                                }));
            }
            var results = new ArrayList<ResourceResult>();
            for (var result : running) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while syncing", interrupted);
        } catch (ExecutionException unexpected) {
            throw new IllegalStateException("A task of a sync broke", unexpected.getCause());
        }
    }

    private static ResourceResult run(Task task, ResourceApplier applier, boolean dryRun) {
        return switch (task) {
            case Task.Apply(var manifest) ->
                    attempt(
                            manifest.key(),
                            manifest.type(),
                            Status.SYNCED,
                            () -> {
                                if (dryRun) {
                                    applier.dryRun(manifest);
                                    return "would be applied (dry run)";
                                }
                                applier.apply(manifest);
                                return "serverside-applied";
                            });
            case Task.Prune(var live) ->
                    attempt(
                            live.key(),
                            live.type(),
                            Status.PRUNED,
                            () -> {
                                if (dryRun) {
                                    return "would be pruned (dry run)";
                                }
                                applier.delete(live);
                                return "pruned";
                            });
        };
    }

    private interface Attempt {
        String run();
    }

    private static ResourceResult attempt(
            ResourceKey key, GroupVersionKind type, Status success, Attempt attempt) {
        try {
            return new ResourceResult(key, type, success, attempt.run());
        } catch (ApiFailure refused) {
            return new ResourceResult(
                    key, type, Status.FAILED, String.valueOf(refused.getMessage()));
        }
    }
}
