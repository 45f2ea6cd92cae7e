package io.tiphys.application;

import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Trace;
import io.tiphys.channel.Tracing;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.ResourceType;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.ApplicationHealth;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.AutoSync;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.SyncOutcome;
import io.tiphys.core.sync.SyncPlan;
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
import io.tiphys.store.StoreConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Compares an Application with Git and its cluster, syncs it if that is decided, and writes what
/// it found. One comparison and one status write a run.
@Singleton
class Refresher {

    private static final Logger LOG = Logger.getLogger(Refresher.class);

    private static final String VARYING =
            "The same files and options were rendered to different manifests: something is left to"
                    + " chance, to the time or to a download. What was rendered last stays until"
                    + " one of them changes or a hard refresh asks for more";

    private final ApplicationStore store;
    private final String controlPlaneNamespace;
    private final Clusters clusters;
    private final ManifestService manifests;
    private final Credentials credentials;
    private final HealthRules healthRules;
    private final Confirmations confirmations;
    private final HealHistory heals;
    private final Syncer syncer;
    private final StatusWriter statusWriter;
    private final EventChannel channel;
    private final Tracing tracing;
    private final Clock clock = Clock.systemUTC();

    /// When an Application is looked at again if nobody asks before.
    sealed interface Next {

        /// With the sweep.
        record Sweep() implements Next {}

        /// At a known time.
        record After(Duration delay) implements Next {}

        /// Soon, with backoff: the world misbehaved.
        record Again() implements Next {}

        /// The Application is gone.
        record Never() implements Next {}
    }

    /// All that a decision rests on.
    private record Gathered(
            Application application,
            Cluster cluster,
            String trackingName,
            TargetState target,
            TargetResources resources) {

        Comparison compare() {
            var keys = resources.manifests().stream().map(Manifest::key).toList();
            return Comparison.of(
                    resources.manifests(), cluster.cache().liveState(trackingName, keys));
        }
    }

    Refresher(
            ApplicationStore store,
            StoreConfig storeConfig,
            Clusters clusters,
            ManifestService manifests,
            Credentials credentials,
            HealthRules healthRules,
            Confirmations confirmations,
            HealHistory heals,
            Syncer syncer,
            StatusWriter statusWriter,
            EventChannel channel,
            Tracing tracing) {
        this.store = store;
        this.controlPlaneNamespace = storeConfig.namespace();
        this.clusters = clusters;
        this.manifests = manifests;
        this.credentials = credentials;
        this.healthRules = healthRules;
        this.confirmations = confirmations;
        this.heals = heals;
        this.syncer = syncer;
        this.statusWriter = statusWriter;
        this.channel = channel;
        this.tracing = tracing;
    }

    Next refresh(Refresh command) {
        var entry = store.find(command.application());
        if (entry.isEmpty()) {
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
        var gathered = gather(entry.application(), cluster, command);
        var application = gathered.application();
        var comparison =
                confirmations.confirm(
                        gathered.compare(), cluster.applier()::dryRun, command.hard());

        // Decide
        var now = clock.instant();
        var decision =
                AutoSync.decide(
                        application,
                        comparison,
                        gathered.target().revisions(),
                        heals.recent(application.id(), now),
                        now);

        // Act
        Optional<SyncOutcome> outcome = Optional.empty();
        if (decision instanceof SyncDecision.Sync sync) {
            var found = comparison;
            var done =
                    tracing.run(
                            "sync",
                            application.id(),
                            Trace.current(),
                            () -> sync(gathered, found, sync));
            comparison =
                    confirmations.confirm(gathered.compare(), cluster.applier()::dryRun, false);
            outcome = Optional.of(done);
        }
        var status =
                ApplicationStatus.compared(
                        application,
                        health(application, comparison),
                        gathered.target(),
                        warnings(gathered),
                        outcome,
                        clock.instant());
        write(entry, status, outcome.isPresent(), command.cause());
        outcome.ifPresent(done -> tell(application.id(), done, command.cause()));
        return next(decision, outcome);
    }

    private ApplicationHealth health(Application application, Comparison comparison) {
        var self =
                new ResourceKey(
                        "argoproj.io",
                        "Application",
                        application.id().namespace(),
                        application.id().name());
        return ApplicationHealth.of(comparison, healthRules.assessor(), self, clock.instant());
    }

    private static List<Warning> warnings(Gathered gathered) {
        var warnings = new ArrayList<>(gathered.resources().warnings());
        if (gathered.target().varies()) {
            warnings.add(new Warning("VaryingManifestsWarning", VARYING));
        }
        ImageUpdates.problems(gathered.application())
                .forEach(problem -> warnings.add(new Warning("ImageUpdateWarning", problem)));
        return warnings;
    }

    private Gathered gather(Application application, Cluster cluster, Refresh command) {
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
                                        .getOrDefault(Annotations.MANIFEST_GENERATE_PATHS, "")),
                        new Access(
                                url -> credentials.reading(new Use(url, application.project())),
                                url ->
                                        credentials.reading(
                                                new Use(url, application.project(), false))),
                        application
                                .operation()
                                .map(Application.Operation::revisions)
                                .orElse(List.of()),
                        command.fetch(),
                        command.hard());
        var resources =
                TargetResources.prepare(
                        target.manifests(),
                        name,
                        application.destination().namespace(),
                        type -> cluster.types().find(type).map(ResourceType::namespaced));
        return new Gathered(application, cluster, name, target, resources);
    }

    private SyncOutcome sync(Gathered gathered, Comparison comparison, SyncDecision.Sync sync) {
        var application = gathered.application();
        if (sync.trigger() == SyncDecision.Trigger.SELF_HEAL) {
            heals.healed(application.id(), clock.instant());
        }
        LOG.infof(
                "Syncing %s to %s: %s, %d resources",
                application.id(),
                String.join(", ", sync.revisions()),
                sync.why(),
                comparison.outOfSync().size());
        var outcome =
                syncer.sync(
                        application,
                        gathered.cluster(),
                        SyncPlan.of(comparison, sync.prune()),
                        sync);
        if (!outcome.succeeded()) {
            Tracing.failed(outcome.phase());
        }
        return outcome;
    }

    private static Next next(SyncDecision decision, Optional<SyncOutcome> outcome) {
        if (outcome.isPresent()) {
            // The status just written says when a failure is tried again; looking at it decides.
            return outcome.get().succeeded() ? new Next.Sweep() : new Next.After(Duration.ZERO);
        }
        return switch (decision) {
            case SyncDecision.Wait wait -> new Next.After(wait.delay());
            case SyncDecision.Rest _, SyncDecision.Sync _ -> new Next.Sweep();
        };
    }

    private Next fail(Entry entry, String condition, String message, Next next) {
        Tracing.failed(condition);
        var old = Json.object(entry.tree(), "status");
        write(entry, ApplicationStatus.failed(old, condition, message, clock.instant()), false, "");
        return next;
    }

    private void write(
            Entry entry, Map<String, Object> status, boolean operationDone, String cause) {
        if (statusWriter.write(entry, status, operationDone)) {
            var _ =
                    channel.publish(
                            new ApplicationEvent.Refreshed(
                                    entry.id(),
                                    Json.string(status, "sync", "status"),
                                    Json.string(status, "health", "status"),
                                    revisions(Json.object(status, "sync")),
                                    cause));
        }
    }

    private static String revisions(Map<String, Object> sync) {
        var several = Json.array(sync, "revisions").stream().map(String::valueOf).toList();
        return several.isEmpty() ? Json.string(sync, "revision") : String.join(",", several);
    }

    private void tell(ApplicationId id, SyncOutcome outcome, String cause) {
        var _ =
                channel.publish(
                        new ApplicationEvent.OperationFinished(
                                id,
                                outcome.phase(),
                                String.join(",", outcome.decision().revisions()),
                                outcome.message(),
                                cause));
    }
}
