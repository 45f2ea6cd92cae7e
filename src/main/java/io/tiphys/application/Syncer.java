package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.sync.HookRuns.Leftover;
import io.tiphys.core.sync.Observation;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncOptions.Propagation;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.core.sync.SyncProgress;
import io.tiphys.core.sync.SyncProgress.Next;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Takes an operation as far as it goes: does what is next, tasks of a group side by side, until it
/// has to wait for the cluster or has ended.
@Singleton
class Syncer {

    private final Confirmations confirmations;
    private final SideBySide sideBySide;
    private final Optional<Duration> timeout;
    private final Clock clock = Clock.systemUTC();

    /// Where an operation stands.
    ///
    /// @param clear its own hooks, to be deleted once that was written
    record Stand(OperationState operation, List<LiveResource> clear) {}

    Syncer(ApplicationConfig config, Confirmations confirmations) {
        this.confirmations = confirmations;
        sideBySide = new SideBySide(config.parallelWrites());
        timeout = Optional.of(config.syncTimeout()).filter(Duration::isPositive);
    }

    /// @param found what the plan rests on
    /// @param observe what lives of the Application and under the names of its hooks, now
    Stand advance(
            Gathered gathered,
            Comparison found,
            SyncPlan plan,
            OperationState operation,
            Supplier<Observation> observe) {
        var runner = new TaskRunner(gathered, confirmations, found, plan, operation);
        var state = operation;
        while (true) {
            var progress = SyncProgress.of(plan, state, observe.get(), timeout);
            state = state.with(progress.results());
            switch (progress.next()) {
                case Next.Run(var tasks, var trials) -> {
                    var refused =
                            sideBySide.each(trials, it -> runner.tryOut(it, trials)).stream()
                                    .flatMap(Optional::stream)
                                    .toList();
                    state =
                            state.with(
                                    refused.isEmpty()
                                            ? sideBySide.each(tasks, runner::run)
                                            : refused);
                }
                case Next.Wait(var message, var clear, var clearOnceNoted) -> {
                    clear(clear, gathered.cluster());
                    return new Stand(state.waiting(message), clearOnceNoted);
                }
                case Next.End(var phase, var message) -> {
                    return new Stand(state.ended(phase, message, clock.instant()), List.of());
                }
            }
        }
    }

    /// When an operation that waits is to be looked at, should nothing happen until then.
    Duration backstop(OperationState operation, Duration longest) {
        return timeout.map(it -> Duration.between(clock.instant(), operation.startedAt().plus(it)))
                .filter(left -> left.compareTo(longest) < 0)
                .map(left -> left.isNegative() ? Duration.ZERO : left)
                .orElse(longest);
    }

    /// Deletes hooks, whatever they have been doing.
    void clear(List<LiveResource> hooks, Cluster cluster) {
        hooks.forEach(hook -> delete(hook, Propagation.FOREGROUND, cluster));
    }

    /// Deletes resources side by side, hooks among them whatever they have been doing.
    ///
    /// @throws ApiFailure if the API server refuses one; the others are deleted all the same
    void delete(List<LiveResource> resources, Propagation propagation, Cluster cluster) {
        var failures =
                sideBySide.each(
                        resources,
                        resource -> {
                            try {
                                delete(resource, propagation, cluster);
                                return Optional.<ApiFailure>empty();
                            } catch (ApiFailure refused) {
                                return Optional.of(refused);
                            }
                        });
        failures.stream()
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(
                        refused -> {
                            throw refused;
                        });
    }

    private static void delete(LiveResource resource, Propagation propagation, Cluster cluster) {
        if (!resource.beingDeleted()) {
            cluster.applier().delete(resource, propagation);
        }
        if (resource.isKeptForItsResult()) {
            // As it is after that: it may be gone, or have another version.
            cluster.cache()
                    .resource(resource.key())
                    .filter(LiveResource::isKeptForItsResult)
                    .ifPresent(cluster.applier()::release);
        }
    }

    void tidy(List<Leftover> leftovers, Cluster cluster) {
        for (var leftover : leftovers) {
            switch (leftover) {
                case Leftover.Release(var hook) -> cluster.applier().release(hook);
                case Leftover.Delete(var hook) -> clear(List.of(hook), cluster);
            }
        }
    }
}
