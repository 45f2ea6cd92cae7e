package io.tiphys.application;

import io.tiphys.application.Refresher.Next;
import io.tiphys.channel.Trace;
import io.tiphys.channel.Tracing;
import io.tiphys.cluster.Cluster;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.HookRuns;
import io.tiphys.core.sync.Observation;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.HealthRules;
import io.tiphys.store.StoreConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Carries syncs through from run to run: each goes as far as it can, is noted in the status, and
/// goes on when a change in the cluster brings the next run. Nothing is held meanwhile, and nothing
/// is lost if the service dies.
@Singleton
class Operations {

    private static final Logger LOG = Logger.getLogger(Operations.class);

    /// Watches tell when to go on; this is for what they do not bring.
    private static final Duration BACKSTOP = Duration.ofSeconds(30);

    private final ApplicationStore store;
    private final String controlPlaneNamespace;
    private final Confirmations confirmations;
    private final HealthRules healthRules;
    private final Syncer syncer;
    private final StatusWriter statusWriter;
    private final Settled settled;
    private final Tracing tracing;
    private final Clock clock = Clock.systemUTC();

    Operations(
            ApplicationStore store,
            StoreConfig storeConfig,
            Confirmations confirmations,
            HealthRules healthRules,
            Syncer syncer,
            StatusWriter statusWriter,
            Settled settled,
            Tracing tracing) {
        this.store = store;
        this.controlPlaneNamespace = storeConfig.namespace();
        this.confirmations = confirmations;
        this.healthRules = healthRules;
        this.syncer = syncer;
        this.statusWriter = statusWriter;
        this.settled = settled;
        this.tracing = tracing;
    }

    Next begin(
            Entry.Valid entry,
            Gathered gathered,
            Comparison found,
            SyncDecision.Sync sync,
            Refresh command) {
        var now = clock.instant();
        LOG.infof(
                "Syncing %s to %s: %s, %d resources",
                entry.id(),
                String.join(", ", sync.revisions()),
                sync.why(),
                found.outOfSync().size());
        var operation = OperationState.begin(gathered.application(), sync, now);
        Optional<Entry> noted = Optional.of(entry);
        var plan = gathered.plan(found, operation);
        if (!operation.dryRun() && !plan.isOneStep()) {
            // Before anything is made: whoever starts after a crash goes on with it.
            var begun = gathered.status(found, Optional.of(operation), now);
            statusWriter.write(entry, begun, Map.of(), command.cause());
            noted = store.find(entry.id());
        }
        if (noted.isEmpty()) {
            return new Next.Never();
        }
        var reached = sync(noted.get(), gathered, found, plan, operation, command);
        return switch (reached.operation().phase()) {
            case RUNNING, TERMINATING -> waiting(reached.operation());
            case SUCCEEDED -> {
                // What was synced instead of its own is still to be compared with that.
                if (entry.application().operation().filter(it -> it.deviates()).isPresent()) {
                    yield new Next.After(Duration.ZERO);
                }
                settle(entry, gathered, reached.found(), reached.live(), reached.status());
                yield new Next.Sweep();
            }
            // There may be something newer to sync.
            case FAILED, ERROR -> new Next.After(Duration.ZERO);
        };
    }

    Next advance(
            Entry entry,
            Gathered gathered,
            Comparison found,
            OperationState operation,
            Refresh command) {
        var plan = gathered.plan(found, operation);
        var reached = sync(entry, gathered, found, plan, operation, command);
        // Git may have moved on while the operation stayed where it began.
        return reached.operation().phase().isOver()
                ? new Next.After(Duration.ZERO, FetchDemand.NEWEST)
                : waiting(reached.operation());
    }

    /// Takes note if nothing is to be done. The run that our own writes bring needs not compare
    /// again: those to the cluster were there when it was compared, and the status tells what was
    /// found.
    ///
    /// @param live the version of the live state that was compared, or an earlier one
    /// @param status as it was written
    void settle(
            Entry.Valid entry,
            Gathered gathered,
            Comparison found,
            long live,
            Map<String, Object> status) {
        if (gathered.restsOnRevisions(found)) {
            store.find(entry.id())
                    .map(Entry::tree)
                    .filter(now -> declared(now).equals(declared(entry.tree())))
                    .filter(now -> StatusWriter.tells(now, status))
                    .map(now -> Json.string(now, "metadata", "resourceVersion"))
                    .map(version -> gathered.grounds().after(version, live))
                    .ifPresent(
                            grounds ->
                                    settled.settle(
                                            grounds,
                                            gathered.target().revisions(),
                                            found.absent()));
        }
    }

    /// What of the custom resource people write.
    private static List<Object> declared(Map<String, Object> tree) {
        var written =
                Json.without(tree, "metadata", "resourceVersion", "generation", "managedFields");
        return List.of(Json.object(written, "metadata"), Json.object(written, "spec"));
    }

    private Next waiting(OperationState operation) {
        return operation.awaitsRetry()
                ? retrying(operation)
                : new Next.After(syncer.backstop(operation, BACKSTOP));
    }

    /// When the next try of one that waits for it is due.
    Next retrying(OperationState operation) {
        var left = Duration.between(clock.instant(), operation.retryAt());
        return new Next.After(
                left.isNegative() ? Duration.ZERO : left,
                operation.refreshes() ? FetchDemand.NEWEST : FetchDemand.ANY);
    }

    /// How far an operation got.
    ///
    /// @param found after it, of the live state's version or a later one
    private record Reached(
            OperationState operation, Comparison found, long live, Map<String, Object> status) {}

    private Reached sync(
            Entry entry,
            Gathered gathered,
            Comparison found,
            SyncPlan plan,
            OperationState operation,
            Refresh command) {
        var cluster = gathered.cluster();
        var stand =
                tracing.run(
                        "sync",
                        entry.id(),
                        Trace.current(),
                        () -> advance(gathered, found, plan, operation));
        var reached = stand.operation().orRetried();
        long live = cluster.cache().stateVersion(gathered.trackingName());
        var now = gathered.compareAgain(found, confirmations);
        var status = gathered.status(now, Optional.of(reached), clock.instant());
        statusWriter.write(
                entry,
                status,
                reached.phase().isOver() ? reached.operation() : Map.of(),
                command.cause());
        if (reached.phase().isOver()) {
            statusWriter.finished(entry.id(), reached, command.cause());
        }
        syncer.clear(stand.clear(), cluster);
        tidy(entry.id(), Optional.of(reached), cluster);
        return new Reached(reached, now, live, status);
    }

    private Syncer.Stand advance(
            Gathered gathered, Comparison found, SyncPlan plan, OperationState operation) {
        var stand =
                gathered.refused(operation, plan, clock.instant())
                        .map(it -> new Syncer.Stand(it, List.of()))
                        .orElseGet(
                                () ->
                                        syncer.advance(
                                                gathered,
                                                found,
                                                plan,
                                                operation,
                                                () ->
                                                        gathered.observe(
                                                                plan.hookKeys(), clock.instant())));
        if (stand.operation().phase().isFailure()) {
            Tracing.failed(stand.operation().phase().wire());
        }
        return stand;
    }

    /// Deletes or lets go the hooks of operations whose end the status tells.
    ///
    /// @param operation the newest
    void tidy(ApplicationId id, Optional<OperationState> operation, Cluster cluster) {
        var name = TrackingId.applicationName(id, controlPlaneNamespace);
        var observed =
                new Observation(
                        cluster.cache().liveState(name, List.of()),
                        healthRules.assessor(),
                        clock.instant());
        syncer.tidy(HookRuns.leftovers(operation, observed), cluster);
    }
}
