package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.policy.ClusterChoice;
import io.tiphys.core.sync.Deletion;
import io.tiphys.core.sync.Finalizers;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.Replacement;
import io.tiphys.core.sync.Retry;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.ProjectStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Compares an Application with Git and its cluster, syncs it if that is decided or goes on with a
/// sync, and writes what it found. One comparison and one status write a run; one more where a sync
/// begins that a restart must be able to go on with.
@Singleton
class Refresher {

    private static final Logger LOG = Logger.getLogger(Refresher.class);

    private final ApplicationStore store;
    private final Clusters clusters;
    private final ProjectStore projects;
    private final Gatherer gatherer;
    private final Confirmations confirmations;
    private final Decisions decisions;
    private final Settled settled;
    private final SyncGate gate;
    private final Operations operations;
    private final Deletions deletions;
    private final Failures failures;
    private final StatusWriter statusWriter;
    private final Clock clock = Clock.systemUTC();

    /// When an Application is looked at again if nobody asks before.
    sealed interface Next {

        /// With the sweep.
        record Sweep() implements Next {}

        /// At a known time.
        ///
        /// @param fetch how new the view of Git must be then
        record After(Duration delay, FetchDemand fetch) implements Next {

            public After(Duration delay) {
                this(delay, FetchDemand.ANY);
            }
        }

        /// Soon, with backoff: the world misbehaved.
        record Again() implements Next {}

        /// The Application is gone.
        record Never() implements Next {}
    }

    Refresher(
            ApplicationStore store,
            Clusters clusters,
            ProjectStore projects,
            Gatherer gatherer,
            Confirmations confirmations,
            Decisions decisions,
            Settled settled,
            SyncGate gate,
            Operations operations,
            Deletions deletions,
            Failures failures,
            StatusWriter statusWriter) {
        this.store = store;
        this.clusters = clusters;
        this.projects = projects;
        this.gatherer = gatherer;
        this.confirmations = confirmations;
        this.decisions = decisions;
        this.settled = settled;
        this.gate = gate;
        this.operations = operations;
        this.deletions = deletions;
        this.failures = failures;
        this.statusWriter = statusWriter;
    }

    Next refresh(Refresh command) {
        var entry = store.find(command.application());
        if (entry.isEmpty()) {
            settled.remove(command.application());
            return new Next.Never();
        }
        if (Deletion.of(entry.get().tree()).isPresent()) {
            return deletions.advance(entry.get(), command);
        }
        return switch (entry.get()) {
            case Entry.Valid valid -> refresh(valid, command);
            case Entry.Invalid invalid -> failures.invalid(invalid, invalid.problem());
        };
    }

    private Next refresh(Entry.Valid found, Refresh command) {
        var declared = found.application();
        var noted = OperationState.underWay(declared);
        var waiting = noted.filter(it -> it.awaitsRetry() && it.retryAt().isAfter(clock.instant()));
        var underWay =
                waiting.isPresent()
                        ? Optional.<OperationState>empty()
                        : noted.map(it -> it.awaitsRetry() ? it.again() : it);
        try {
            return refresh(found, waiting, underWay, command);
        } catch (InvalidSpecException invalid) {
            return failures.refuse(found, List.of(String.valueOf(invalid.getMessage())));
        } catch (ManifestFailure failure) {
            return failures.fail(
                    found,
                    "ComparisonError",
                    String.valueOf(failure.getMessage()),
                    failure.passing() ? new Next.Again() : new Next.Sweep());
        } catch (ApiFailure failure) {
            if (failure.conflict()) {
                // Somebody changed the Application meanwhile: nothing is wrong with it.
                return new Next.Again();
            }
            return failures.fail(
                    found,
                    "ComparisonError",
                    "The cluster: " + failure.getMessage(),
                    new Next.Again());
        }
    }

    /// @param waiting the operation of which the next try is not due yet
    /// @param underWay the operation that goes on now
    private Next refresh(
            Entry.Valid found,
            Optional<OperationState> waiting,
            Optional<OperationState> underWay,
            Refresh command) {
        var declared = found.application();
        var destination = declared.destination();
        var choice = clusters.choose(destination);
        var bounds =
                Bounds.of(
                        projects,
                        declared.project(),
                        declared.id(),
                        destination,
                        choice.forProjects(destination));
        var application = toSync(declared, underWay);
        var problems =
                settled.isWithin(declared, bounds)
                        ? List.<String>of()
                        : bounds.problems(application);
        // A cluster that the project does not permit is not even connected.
        if (choice instanceof ClusterChoice.Chosen && !problems.isEmpty()) {
            return failures.refuse(found, problems);
        }
        return switch (clusters.find(choice)) {
            case Found.Ready(var cluster) ->
                    refresh(found, application, bounds, cluster, waiting, underWay, command);
            case Found.Connecting() -> new Next.Sweep();
            case Found.Down(var why) -> failures.unreachable(found, why);
            case Found.Unusable(var problem) -> failures.invalid(found, problem);
            case Found.None(var problem) -> failures.invalid(found, problem);
        };
    }

    private Next refresh(
            Entry.Valid found,
            Application application,
            Bounds bounds,
            Cluster cluster,
            Optional<OperationState> waiting,
            Optional<OperationState> underWay,
            Refresh command) {
        // Gather
        LOG.debugf("Refreshing %s %s", command.application(), command.cause());
        boolean compares =
                waiting.isEmpty()
                        && underWay.isEmpty()
                        && found.application().operation().isEmpty()
                        && !command.hard();
        var settledAt =
                compares
                        ? settled.revisions(
                                gatherer.grounds(found.application(), bounds, cluster),
                                cluster.cache()::mayExist)
                        : Optional.<List<String>>empty();
        if (settledAt.isPresent()
                && settledAt.get().equals(gatherer.revisions(application, command.fetch()))) {
            LOG.debugf("Nothing changed since it settled: %s", command.application());
            return new Next.Sweep();
        }
        // What is new of a settled Application's repositories is there now, and there are no
        // others.
        var rendering = settledAt.isPresent() ? command.with(FetchDemand.ANY) : command;
        var gathered = gatherer.gather(found, application, bounds, underWay, cluster, rendering);
        var entry = held(found, gathered.resources());
        var comparison = gathered.compare(confirmations, command.hard());

        // Decide
        var now = clock.instant();
        var revisions = gathered.target().revisions();
        if (underWay.isPresent()) {
            var operation = underWay.map(it -> it.at(revisions));
            var newer = newer(entry, bounds, underWay.get(), cluster, command);
            return newer.isPresent()
                    ? decide(
                            entry,
                            newer.get(),
                            newer.get().compare(confirmations, command.hard()),
                            operation,
                            command)
                    : gate.advance(entry, gathered, comparison, operation.get(), command);
        }
        if (waiting.filter(it -> mayPassNow(it, gathered, comparison, now)).isPresent()) {
            return gate.advance(
                    entry, gathered, comparison, waiting.get().again().at(revisions), command);
        }
        if (waiting.filter(it -> !Replacement.isDue(it, application, revisions)).isPresent()) {
            rest(entry, gathered, comparison, Optional.empty(), List.of(), command);
            return operations.retrying(waiting.get());
        }
        return decide(entry, gathered, comparison, waiting, command);
    }

    /// @param replaced an operation whose place it takes, whatever comes of it
    private Next decide(
            Entry.Valid entry,
            Gathered gathered,
            Comparison comparison,
            Optional<OperationState> replaced,
            Refresh command) {
        // Decide
        var now = clock.instant();
        var ended =
                replaced.map(
                        it ->
                                Replacement.of(
                                        it,
                                        gathered.application(),
                                        gathered.target().revisions(),
                                        now));
        var decision = decisions.decide(gathered, comparison, now);

        // Act
        ended.ifPresent(it -> statusWriter.finished(entry.id(), it, command.cause()));
        return switch (decision) {
            case SyncDecision.Sync sync ->
                    gate.begin(entry, gathered, comparison, sync, ended, command);
            case SyncDecision.Wait(_, var delay, var conditions) -> {
                rest(entry, gathered, comparison, ended, conditions, command);
                yield new Next.After(delay);
            }
            case SyncDecision.Rest(_, var condition) -> {
                var status =
                        rest(
                                entry,
                                gathered,
                                comparison,
                                ended,
                                condition.stream().toList(),
                                command);
                if (replaced.isEmpty() && !command.hard()) {
                    operations.settle(
                            entry, gathered, comparison, gathered.grounds().live(), status);
                }
                yield new Next.Sweep();
            }
        };
    }

    /// What takes the place of an operation under way, if it may and there is something.
    private Optional<Gathered> newer(
            Entry.Valid entry,
            Bounds bounds,
            OperationState underWay,
            Cluster cluster,
            Refresh command) {
        var declared = entry.application();
        if (!Replacement.mayBeNewer(underWay, declared) || !bounds.problems(declared).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                            gatherer.gather(
                                    entry, declared, bounds, Optional.empty(), cluster, command))
                    .filter(it -> Replacement.isNewer(it.application(), it.target().revisions()));
        } catch (ManifestFailure unreadable) {
            // It takes nobody's place. What is wrong with it is told when the operation is over.
            LOG.debugf(unreadable, "Nothing newer of %s", declared.id());
            return Optional.empty();
        }
    }

    /// What was found may be of something newer than what is tried.
    private static boolean mayPassNow(
            OperationState waiting, Gathered gathered, Comparison comparison, Instant now) {
        return waiting.isOf(gathered.application().sources(), gathered.target().revisions())
                && Retry.mayPassNow(waiting, comparison, gathered.observe(List.of(), now));
    }

    /// With the finalizers that its hooks for a deletion need: before anything says that it is
    /// synced to them, for whoever deletes it from then on expects them to run.
    private Entry.Valid held(Entry.Valid entry, TargetResources resources) {
        var now = Finalizers.of(entry.tree());
        var wanted = now.runningHooks(resources.phasesAtDeletion());
        return wanted.equals(now)
                ? entry
                : new Entry.Valid(entry.application(), store.holdBy(entry, wanted.all()));
    }

    /// Nothing is to be done now.
    ///
    /// @return the status, as it was written
    private Map<String, Object> rest(
            Entry.Valid entry,
            Gathered gathered,
            Comparison comparison,
            Optional<OperationState> ended,
            List<Warning> conditions,
            Refresh command) {
        var status = gathered.status(comparison, ended, conditions, clock.instant());
        statusWriter.write(entry, status, Map.of(), command.cause());
        operations.tidy(
                entry.id(),
                ended.or(() -> OperationState.of(entry.application())),
                gathered.cluster());
        return status;
    }

    /// With the sources of the operation that goes on or is asked for, where it names others.
    private static Application toSync(Application declared, Optional<OperationState> underWay) {
        return underWay.map(OperationState::sources)
                .or(() -> declared.operation().flatMap(Application.Operation::sources))
                .map(declared::withSources)
                .orElse(declared);
    }
}
