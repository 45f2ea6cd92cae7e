package io.tiphys.application;

import io.tiphys.channel.Tracing;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.cluster.ResourceType;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.Deletion;
import io.tiphys.core.sync.Finalizers;
import io.tiphys.core.sync.OperationPhase;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.Replacement;
import io.tiphys.core.sync.Retry;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.SyncProgress;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.repo.Access;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ManifestService;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.HealthRules;
import io.tiphys.store.SignatureDemands;
import io.tiphys.store.StoreConfig;
import io.tiphys.store.Tooling;
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

    /// Whether a cluster is back is told by its connection; this is for what is missed.
    static final Duration UNREACHABLE = Duration.ofMinutes(3);

    private final ApplicationStore store;
    private final String controlPlaneNamespace;
    private final Clusters clusters;
    private final ManifestService manifests;
    private final Credentials credentials;
    private final SignatureDemands signatures;
    private final Tooling tooling;
    private final HealthRules healthRules;
    private final Confirmations confirmations;
    private final Decisions decisions;
    private final Operations operations;
    private final Deletions deletions;
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
            StoreConfig storeConfig,
            Clusters clusters,
            ManifestService manifests,
            Credentials credentials,
            SignatureDemands signatures,
            Tooling tooling,
            HealthRules healthRules,
            Confirmations confirmations,
            Decisions decisions,
            Operations operations,
            Deletions deletions,
            StatusWriter statusWriter) {
        this.store = store;
        this.controlPlaneNamespace = storeConfig.namespace();
        this.clusters = clusters;
        this.manifests = manifests;
        this.credentials = credentials;
        this.signatures = signatures;
        this.tooling = tooling;
        this.healthRules = healthRules;
        this.confirmations = confirmations;
        this.decisions = decisions;
        this.operations = operations;
        this.deletions = deletions;
        this.statusWriter = statusWriter;
    }

    Next refresh(Refresh command) {
        var entry = store.find(command.application());
        if (entry.isEmpty()) {
            return new Next.Never();
        }
        if (Deletion.of(entry.get().tree()).isPresent()) {
            return deletions.advance(
                    entry.get(), command, (it, cluster) -> hooks(it, cluster, command));
        }
        return switch (entry.get()) {
            case Entry.Valid valid -> refresh(valid, command);
            case Entry.Invalid invalid ->
                    fail(invalid, "InvalidSpecError", invalid.problem(), new Next.Sweep());
        };
    }

    private List<Manifest> hooks(Entry entry, Cluster cluster, Refresh command) {
        return switch (entry) {
            case Entry.Valid(var application, _) ->
                    gather(application, Optional.empty(), cluster, command).resources().hooks();
            case Entry.Invalid invalid -> throw new ManifestFailure(invalid.problem());
        };
    }

    private Next refresh(Entry.Valid entry, Refresh command) {
        var application = entry.application();
        return switch (clusters.find(application.destination())) {
            case Found.Ready(var cluster) -> reach(entry, cluster, command);
            case Found.Connecting() -> new Next.Sweep();
            case Found.Down(var why) -> unreachable(entry, why);
            case Found.Unusable(var problem) -> misplaced(entry, problem);
            case Found.None(var problem) -> misplaced(entry, problem);
        };
    }

    private Next misplaced(Entry.Valid entry, String problem) {
        return fail(entry, "InvalidSpecError", problem, new Next.Sweep());
    }

    private Next reach(Entry.Valid entry, Cluster cluster, Refresh command) {
        try {
            return refresh(entry, cluster, command);
        } catch (ManifestFailure failure) {
            return fail(
                    entry,
                    "ComparisonError",
                    String.valueOf(failure.getMessage()),
                    failure.passing() ? new Next.Again() : new Next.Sweep());
        } catch (ApiFailure failure) {
            if (failure.conflict()) {
                // Somebody changed the Application meanwhile: nothing is wrong with it.
                return new Next.Again();
            }
            return fail(
                    entry,
                    "ComparisonError",
                    "The cluster: " + failure.getMessage(),
                    new Next.Again());
        }
    }

    private Next refresh(Entry.Valid found, Cluster cluster, Refresh command) {
        // Gather
        LOG.debugf("Refreshing %s %s", command.application(), command.cause());
        var noted = OperationState.underWay(found.application());
        var waiting = noted.filter(it -> it.awaitsRetry() && it.retryAt().isAfter(clock.instant()));
        var underWay =
                waiting.isPresent()
                        ? Optional.<OperationState>empty()
                        : noted.map(it -> it.awaitsRetry() ? it.again() : it);
        var gathered = gather(found.application(), underWay, cluster, command);
        var entry = held(found, gathered.resources());
        var comparison = compare(gathered, command);

        // Decide
        var now = clock.instant();
        var application = gathered.application();
        var revisions = gathered.target().revisions();
        if (underWay.isPresent()) {
            var operation = underWay.map(it -> it.at(revisions));
            var newer = newer(entry.application(), underWay.get(), cluster, command);
            return newer.isPresent()
                    ? decide(entry, newer.get(), compare(newer.get(), command), operation, command)
                    : operations.advance(entry, gathered, comparison, operation.get(), command);
        }
        if (waiting.filter(it -> mayPassNow(it, gathered, comparison, now)).isPresent()) {
            return operations.advance(
                    entry, gathered, comparison, waiting.get().again().at(revisions), command);
        }
        if (waiting.filter(it -> !Replacement.isDue(it, application, revisions)).isPresent()) {
            return rest(
                    entry,
                    gathered,
                    comparison,
                    Optional.empty(),
                    List.of(),
                    command,
                    operations.retrying(waiting.get()));
        }
        return decide(entry, gathered, comparison, waiting, command);
    }

    private Comparison compare(Gathered gathered, Refresh command) {
        return confirmations.confirm(
                gathered.compare(), gathered.cluster().applier()::dryRun, command.hard());
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
                    operations.begin(entry, gathered, comparison, sync, command);
            case SyncDecision.Wait(_, var delay, var conditions) ->
                    rest(
                            entry,
                            gathered,
                            comparison,
                            ended,
                            conditions,
                            command,
                            new Next.After(delay));
            case SyncDecision.Rest(_, var condition) ->
                    rest(
                            entry,
                            gathered,
                            comparison,
                            ended,
                            condition.stream().toList(),
                            command,
                            new Next.Sweep());
        };
    }

    /// What takes the place of an operation under way, if it may and there is something.
    private Optional<Gathered> newer(
            Application declared, OperationState underWay, Cluster cluster, Refresh command) {
        if (!Replacement.mayBeNewer(underWay, declared)) {
            return Optional.empty();
        }
        try {
            return Optional.of(gather(declared, Optional.empty(), cluster, command))
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

    private Next rest(
            Entry.Valid entry,
            Gathered gathered,
            Comparison comparison,
            Optional<OperationState> ended,
            List<Warning> conditions,
            Refresh command,
            Next next) {
        var status = gathered.status(comparison, ended, conditions, clock.instant());
        statusWriter.write(entry, status, Map.of(), command.cause());
        operations.tidy(
                entry.id(),
                ended.or(() -> OperationState.of(entry.application())),
                gathered.cluster());
        return next;
    }

    private Gathered gather(
            Application declared,
            Optional<OperationState> underWay,
            Cluster cluster,
            Refresh command) {
        var application =
                underWay.map(OperationState::sources)
                        .or(() -> declared.operation().flatMap(Application.Operation::sources))
                        .map(declared::withSources)
                        .orElse(declared);
        var name = TrackingId.applicationName(application.id(), controlPlaneNamespace);
        var target =
                manifests.render(
                        application.sources(),
                        new Build(
                                name,
                                application.project(),
                                application.destination().namespace(),
                                cluster.types().serverVersion(),
                                cluster.types().apiVersions(),
                                application
                                        .annotations()
                                        .getOrDefault(Annotations.MANIFEST_GENERATE_PATHS, ""),
                                tooling.settings()),
                        access(application.project()),
                        underWay.map(OperationState::revisions)
                                .or(
                                        () ->
                                                application
                                                        .operation()
                                                        .map(Application.Operation::revisions))
                                .orElse(List.of()),
                        command.fetch(),
                        command.hard());
        var brought =
                underWay.map(OperationState::operation)
                        .or(() -> declared.operation().map(Application.Operation::tree))
                        .flatMap(LocalManifests::of);
        var wanted = brought.map(target::withManifests).orElse(target);
        var resources =
                TargetResources.prepare(
                                wanted.manifests(),
                                name,
                                application.destination().namespace(),
                                type -> cluster.types().find(type).map(ResourceType::namespaced))
                        .without(key -> cluster.cache().excludes(key.group(), key.kind()));
        return new Gathered(application, cluster, name, wanted, resources, healthRules.assessor());
    }

    private Access access(String project) {
        return new Access(
                project,
                url -> credentials.reading(new Use(url, project)),
                url -> credentials.reading(new Use(url, project, false)),
                name -> credentials.named(name, project),
                url -> signatures.demanded(project, url));
    }

    /// An operation that a person must mend ends with it; one that is to end does.
    private Next fail(Entry entry, String condition, String message, Next next) {
        var old = Json.object(entry.tree(), "status");
        var status = ApplicationStatus.failed(old, condition, message, clock.instant());
        return fail(entry, condition, message, status, next);
    }

    /// What lives there is not known, nor how it does. An operation that is under way waits, and
    /// goes on when the cluster is back: its connection tells of that.
    private Next unreachable(Entry entry, String why) {
        var old = Json.object(entry.tree(), "status");
        var status = ApplicationStatus.unreachable(old, "ComparisonError", why, clock.instant());
        return fail(entry, "ComparisonError", why, status, new Next.After(UNREACHABLE));
    }

    private Next fail(
            Entry entry, String condition, String message, Map<String, Object> status, Next next) {
        Tracing.failed(condition);
        var now = clock.instant();
        // What is newer than what is tried again does not end that.
        var retrying = underWay(entry).filter(it -> it.awaitsRetry() && it.retryAt().isAfter(now));
        var ended =
                retrying.isPresent()
                        ? Optional.<OperationState>empty()
                        : underWay(entry)
                                .flatMap(it -> ended(it, message, next instanceof Next.Sweep, now));
        statusWriter.write(
                entry,
                ended.map(it -> ApplicationStatus.ended(status, it)).orElse(status),
                ended.map(OperationState::operation).orElse(Map.of()),
                "");
        ended.ifPresent(
                it -> {
                    statusWriter.finished(entry.id(), it, "");
                    clusterOf(entry)
                            .ifPresent(cluster -> operations.tidy(entry.id(), ended, cluster));
                });
        return retrying.map(operations::retrying).orElse(next);
    }

    private Optional<Cluster> clusterOf(Entry entry) {
        return entry instanceof Entry.Valid(var application, _)
                        && clusters.find(application.destination()) instanceof Found.Ready(var it)
                ? Optional.of(it)
                : Optional.empty();
    }

    private static Optional<OperationState> underWay(Entry entry) {
        return switch (entry) {
            case Entry.Valid(var application, _) -> OperationState.underWay(application);
            case Entry.Invalid _ -> Optional.empty();
        };
    }

    private static Optional<OperationState> ended(
            OperationState operation, String message, boolean forGood, Instant now) {
        if (operation.phase() == OperationPhase.TERMINATING) {
            return Optional.of(
                    operation.ended(OperationPhase.FAILED, SyncProgress.TERMINATED, now));
        }
        return forGood
                ? Optional.of(operation.ended(OperationPhase.ERROR, message, now))
                : Optional.empty();
    }
}
