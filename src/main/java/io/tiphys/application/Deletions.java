package io.tiphys.application;

import io.tiphys.application.Refresher.Next;
import io.tiphys.channel.Tracing;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.policy.SyncIdentity;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.Deletion;
import io.tiphys.core.sync.DeletionStep;
import io.tiphys.core.sync.Observation;
import io.tiphys.core.sync.OperationPhase;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncProgress;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.HealthRules;
import io.tiphys.store.ProjectStore;
import io.tiphys.store.StoreConfig;
import io.tiphys.store.crd.ApplicationReader;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Lets Applications go that somebody deleted, with what their finalizers name. Each run goes as
/// far as it can; the next comes with what the cluster tells. Nothing is held meanwhile, and
/// nothing is lost if the service dies.
@Singleton
class Deletions {

    private static final Logger LOG = Logger.getLogger(Deletions.class);

    private final ApplicationStore store;
    private final String controlPlaneNamespace;
    private final Clusters clusters;
    private final ProjectStore projects;
    private final Gatherer gatherer;
    private final HealthRules healthRules;
    private final Operations operations;
    private final Syncer syncer;
    private final StatusWriter statusWriter;
    private final Clock clock = Clock.systemUTC();

    Deletions(
            ApplicationStore store,
            StoreConfig storeConfig,
            Clusters clusters,
            ProjectStore projects,
            Gatherer gatherer,
            HealthRules healthRules,
            Operations operations,
            Syncer syncer,
            StatusWriter statusWriter) {
        this.store = store;
        this.controlPlaneNamespace = storeConfig.namespace();
        this.clusters = clusters;
        this.projects = projects;
        this.gatherer = gatherer;
        this.healthRules = healthRules;
        this.operations = operations;
        this.syncer = syncer;
        this.statusWriter = statusWriter;
    }

    Next advance(Entry entry, Refresh command) {
        try {
            var destination = ApplicationReader.destination(entry.tree());
            var choice = clusters.choose(destination);
            return switch (clusters.find(choice)) {
                case Found.Ready(var cluster) -> {
                    endOperation(entry, cluster, command.cause());
                    yield advance(entry, choice.forProjects(destination), cluster, command);
                }
                case Found.Connecting() -> new Next.Sweep();
                case Found.Down(var why) ->
                        fail(
                                entry.id(),
                                why,
                                new Next.After(Failures.UNREACHABLE),
                                command.cause());
                case Found.Unusable(var problem) ->
                        fail(entry.id(), problem, new Next.Sweep(), command.cause());
                case Found.None(var problem) -> abandon(entry, problem);
            };
        } catch (InvalidSpecException notPermitted) {
            // Of a project that is not there nobody knows what it would let go.
            return fail(
                    entry.id(),
                    String.valueOf(notPermitted.getMessage()),
                    new Next.Sweep(),
                    command.cause());
        } catch (ManifestFailure failure) {
            return fail(
                    entry.id(),
                    String.valueOf(failure.getMessage()),
                    failure.passing() ? new Next.Again() : new Next.Sweep(),
                    command.cause());
        } catch (ApiFailure failure) {
            if (failure.conflict()) {
                // Somebody changed the Application meanwhile: nothing is wrong with it.
                return new Next.Again();
            }
            return fail(
                    entry.id(),
                    "The cluster: " + failure.getMessage(),
                    new Next.Again(),
                    command.cause());
        }
    }

    /// As Argo CD does: nobody could ever delete there what is to go.
    private Next abandon(Entry entry, String problem) {
        LOG.warnf("%s goes without its resources: %s", entry.id(), problem);
        Deletion.of(entry.tree())
                .filter(it -> !it.abandoned().equals(it.finalizers()))
                .ifPresent(it -> store.holdBy(entry, it.abandoned().all()));
        return new Next.Sweep();
    }

    private List<Manifest> hooks(Entry entry, Bounds bounds, Cluster cluster, Refresh command) {
        return switch (entry) {
            case Entry.Valid valid ->
                    gatherer.gather(
                                    valid,
                                    valid.application(),
                                    bounds,
                                    Optional.empty(),
                                    cluster,
                                    command)
                            .resources()
                            .hooks();
            case Entry.Invalid invalid -> throw new ManifestFailure(invalid.problem());
        };
    }

    private Next advance(
            Entry entry, DestinationCluster destination, Cluster own, Refresh command) {
        var bounds =
                Bounds.of(
                        projects,
                        ApplicationReader.project(entry.tree()),
                        entry.id(),
                        ApplicationReader.destination(entry.tree()),
                        destination);
        return bounds.identity() instanceof SyncIdentity.None(var problem)
                ? fail(entry.id(), problem, new Next.Sweep(), command.cause())
                : advance(entry.id(), bounds, bounds.changing(own), command);
    }

    private Next advance(ApplicationId id, Bounds bounds, Cluster cluster, Refresh command) {
        var cause = command.cause();
        while (true) {
            // Gather
            var entry = store.find(id);
            var asked = entry.flatMap(it -> Deletion.of(it.tree()));
            if (entry.isEmpty() || asked.isEmpty()) {
                return new Next.Never();
            }
            var deletion = asked.get();
            var name = TrackingId.applicationName(id, controlPlaneNamespace);
            var hooks =
                    deletion.plan(
                            deletion.runsHooks()
                                    ? hooks(entry.get(), bounds, cluster, command)
                                    : List.of(),
                            name);
            var refused =
                    hooks.hookKeys().stream()
                            .flatMap(it -> bounds.refusal(it).stream())
                            .findFirst();
            if (refused.isPresent()) {
                return fail(id, refused.get(), new Next.Sweep(), cause);
            }
            // What its project does not permit stays.
            var live = new HashMap<>(cluster.cache().liveState(name, hooks.hookKeys()));
            live.keySet().removeIf(key -> bounds.refusal(key).isPresent());
            var observed = new Observation(live, healthRules.assessor(), clock.instant());

            // Decide, act
            switch (deletion.next(hooks, observed)) {
                case DeletionStep.Run(var manifests) -> manifests.forEach(cluster.applier()::apply);
                case DeletionStep.Remove(var left) -> store.holdBy(entry.get(), left.all());
                case DeletionStep.Delete(var resources, var propagation) -> {
                    LOG.infof("Deleting %d resources of %s", resources.size(), id);
                    syncer.delete(resources, propagation, cluster);
                    return new Next.Sweep();
                }
                case DeletionStep.Clear(var leftovers) -> {
                    syncer.tidy(leftovers, cluster);
                    return new Next.Sweep();
                }
                case DeletionStep.Wait(var message, var again) -> {
                    var status = Json.object(entry.get().tree(), "status");
                    statusWriter.write(
                            entry.get(),
                            ApplicationStatus.leaving(status, message, clock.instant()),
                            Map.of(),
                            cause);
                    return again.<Next>map(Next.After::new).orElseGet(Next.Sweep::new);
                }
                case DeletionStep.Fail(var message, var again) -> {
                    return fail(id, message, new Next.After(again), cause);
                }
                case DeletionStep.Done() -> {
                    return new Next.Sweep();
                }
            }
        }
    }

    /// A sync that is under way ends: nobody waits for it any more, and the deletion does not wait
    /// for it.
    private void endOperation(Entry entry, Cluster cluster, String cause) {
        if (!(entry instanceof Entry.Valid(var application, var tree))) {
            return;
        }
        var underWay = OperationState.underWay(application);
        if (underWay.isEmpty()) {
            return;
        }
        var ended =
                underWay.get()
                        .ended(OperationPhase.FAILED, SyncProgress.TERMINATED, clock.instant());
        statusWriter.write(
                entry,
                ApplicationStatus.ended(Json.object(tree, "status"), ended),
                ended.operation(),
                cause);
        statusWriter.finished(entry.id(), ended, cause);
        operations.tidy(entry.id(), Optional.of(ended), cluster);
    }

    private Next fail(ApplicationId id, String message, Next next, String cause) {
        Tracing.failed("DeletionError");
        store.find(id)
                .ifPresent(
                        entry ->
                                statusWriter.write(
                                        entry,
                                        ApplicationStatus.notLeaving(
                                                Json.object(entry.tree(), "status"),
                                                message,
                                                clock.instant()),
                                        Map.of(),
                                        cause));
        return next;
    }
}
