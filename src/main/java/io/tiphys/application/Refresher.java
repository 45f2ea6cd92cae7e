package io.tiphys.application;

import io.tiphys.channel.Tracing;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.ResourceType;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.AutoSync;
import io.tiphys.core.sync.OperationPhase;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.SyncProgress;
import io.tiphys.core.sync.TargetResources;
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
import io.tiphys.store.TrackingChoice;
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
    private final String controlPlaneNamespace;
    private final Clusters clusters;
    private final ManifestService manifests;
    private final Credentials credentials;
    private final SignatureDemands signatures;
    private final Tooling tooling;
    private final HealthRules healthRules;
    private final TrackingChoice tracking;
    private final Orphans orphans;
    private final Settled settled;
    private final Confirmations confirmations;
    private final HealHistory heals;
    private final Operations operations;
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
            TrackingChoice tracking,
            Orphans orphans,
            Settled settled,
            Confirmations confirmations,
            HealHistory heals,
            Operations operations,
            StatusWriter statusWriter) {
        this.store = store;
        this.controlPlaneNamespace = storeConfig.namespace();
        this.clusters = clusters;
        this.manifests = manifests;
        this.credentials = credentials;
        this.signatures = signatures;
        this.tooling = tooling;
        this.healthRules = healthRules;
        this.tracking = tracking;
        this.orphans = orphans;
        this.settled = settled;
        this.confirmations = confirmations;
        this.heals = heals;
        this.operations = operations;
        this.statusWriter = statusWriter;
    }

    Next refresh(Refresh command) {
        var entry = store.find(command.application());
        if (entry.isEmpty()) {
            settled.forget(command.application());
            return new Next.Never();
        }
        return switch (entry.get()) {
            case Entry.Valid valid -> refresh(valid, command);
            case Entry.Invalid invalid ->
                    fail(invalid, "InvalidSpecError", invalid.problem(), new Next.Sweep());
        };
    }

    private Next refresh(Entry.Valid entry, Refresh command) {
        var application = entry.application();
        var cluster = clusters.find(application.destination());
        if (cluster.isEmpty()) {
            return fail(
                    entry,
                    "InvalidSpecError",
                    "The destination is not known: this version deploys to the cluster that it"
                            + " runs on (https://kubernetes.default.svc or in-cluster)",
                    new Next.Sweep());
        }
        try {
            return refresh(entry, cluster.get(), command);
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

    private Next refresh(Entry.Valid entry, Cluster cluster, Refresh command) {
        // Gather
        LOG.debugf("Refreshing %s %s", command.application(), command.cause());
        var underWay = OperationState.underWay(entry.application());
        var grounds = grounds(entry.application(), cluster, command);
        var settledAt = grounds.flatMap(settled::revisions);
        if (settledAt.isPresent() && settledAt.get().equals(revisions(entry, command))) {
            return new Next.Sweep();
        }
        // What is new of a settled Application's repositories is there now, and there are no
        // others.
        var fetch = settledAt.isPresent() ? FetchDemand.ANY : command.fetch();
        var gathered = gather(entry.application(), underWay, cluster, command, fetch);
        var comparison =
                confirmations.confirm(
                        gathered.compare(), cluster.applier()::dryRun, command.hard());

        // Decide
        var now = clock.instant();
        if (underWay.isPresent()) {
            return operations.advance(entry, gathered, comparison, underWay.get(), command);
        }
        var application = gathered.application();
        var decision =
                AutoSync.decide(
                        application,
                        comparison,
                        gathered.target().revisions(),
                        heals.recent(application.id(), now),
                        now);

        // Act
        return switch (decision) {
            case SyncDecision.Sync sync ->
                    operations.begin(entry, gathered, comparison, sync, command);
            case SyncDecision.Wait(_, var delay) ->
                    rest(entry, gathered, comparison, command, new Next.After(delay));
            case SyncDecision.Rest _ -> {
                if (gathered.restsOnRevisions(comparison)) {
                    grounds.ifPresent(it -> settled.settle(it, gathered.target().revisions()));
                }
                yield rest(entry, gathered, comparison, command, new Next.Sweep());
            }
        };
    }

    private List<String> revisions(Entry.Valid entry, Refresh command) {
        var application = entry.application();
        return manifests.revisions(
                application.sources(), access(application.project()), List.of(), command.fetch());
    }

    /// What the comparison would rest on, as far as that is known without Git. Empty if there is
    /// more to do than to compare.
    private Optional<Settled.Grounds> grounds(
            Application application, Cluster cluster, Refresh command) {
        if (command.hard()
                || application.operation().isPresent()
                || OperationState.underWay(application).isPresent()) {
            return Optional.empty();
        }
        var name = TrackingId.applicationName(application.id(), controlPlaneNamespace);
        return Optional.of(
                new Settled.Grounds(
                        application.id(),
                        application.resourceVersion(),
                        cluster.cache().stateVersion(name),
                        cluster.types().apiVersions()));
    }

    private Next rest(
            Entry.Valid entry,
            Gathered gathered,
            Comparison comparison,
            Refresh command,
            Next next) {
        var status = gathered.status(comparison, Optional.empty(), clock.instant());
        statusWriter.write(entry, status, Map.of(), command.cause());
        operations.tidy(entry.id(), OperationState.of(entry.application()), gathered.cluster());
        return next;
    }

    private Gathered gather(
            Application declared,
            Optional<OperationState> underWay,
            Cluster cluster,
            Refresh command,
            FetchDemand fetch) {
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
                        fetch,
                        command.hard());
        var resources =
                TargetResources.prepare(
                        target.manifests(),
                        name,
                        tracking.tracking(),
                        application.destination().namespace(),
                        type -> cluster.types().find(type).map(ResourceType::namespaced));
        return new Gathered(
                application, cluster, name, target, resources, healthRules.assessor(), orphans);
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
        Tracing.failed(condition);
        var now = clock.instant();
        var status =
                ApplicationStatus.failed(
                        Json.object(entry.tree(), "status"), condition, message, now);
        var ended =
                underWay(entry).flatMap(it -> ended(it, message, next instanceof Next.Sweep, now));
        statusWriter.write(
                entry,
                ended.map(it -> ApplicationStatus.ended(status, it)).orElse(status),
                ended.map(OperationState::operation).orElse(Map.of()),
                "");
        ended.ifPresent(
                it -> {
                    statusWriter.finished(entry.id(), it, "");
                    operations.tidy(entry.id(), ended, clusters.inCluster());
                });
        return next;
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
