package io.tiphys.application;

import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.ResourceType;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.repo.Access;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ManifestService;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.DiffCustomizations;
import io.tiphys.store.HealthRules;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.SignatureDemands;
import io.tiphys.store.StoreConfig;
import io.tiphys.store.Tooling;
import io.tiphys.store.TrackingChoice;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Has rendered what an Application is to be, as its cluster and its project see it.
@Singleton
class Gatherer {

    private final String controlPlaneNamespace;
    private final ManifestService manifests;
    private final Credentials credentials;
    private final SignatureDemands signatures;
    private final Tooling tooling;
    private final DiffCustomizations customizations;
    private final HealthRules healthRules;
    private final TrackingChoice tracking;
    private final Orphans orphans;
    private final ImageUpdaters updaters;
    private final Settled settled;

    Gatherer(
            StoreConfig storeConfig,
            ManifestService manifests,
            Credentials credentials,
            SignatureDemands signatures,
            Tooling tooling,
            DiffCustomizations customizations,
            HealthRules healthRules,
            TrackingChoice tracking,
            Orphans orphans,
            ImageUpdaters updaters,
            Settled settled) {
        this.controlPlaneNamespace = storeConfig.namespace();
        this.manifests = manifests;
        this.credentials = credentials;
        this.signatures = signatures;
        this.tooling = tooling;
        this.customizations = customizations;
        this.healthRules = healthRules;
        this.tracking = tracking;
        this.orphans = orphans;
        this.updaters = updaters;
        this.settled = settled;
    }

    /// What a comparison would rest on, as far as that is known without Git.
    Settled.Grounds grounds(Application declared, Bounds bounds, Cluster cluster) {
        return new Settled.Grounds(
                declared.id(),
                declared.resourceVersion(),
                settled.told(declared.id()),
                bounds,
                cluster.cache().stateVersion(trackingName(declared)),
                cluster.types().apiVersions());
    }

    /// The revisions that an Application's sources stand for now, without rendering anything.
    ///
    /// @throws ManifestFailure if that cannot be told
    List<String> revisions(Application application, FetchDemand fetch) {
        return manifests.revisions(
                application.sources(), access(application.project()), List.of(), fetch);
    }

    /// @param entry as it is declared
    /// @param application with the sources that it is to be made of
    /// @param underWay the operation that says at which revisions, if one goes on
    /// @throws ManifestFailure if it cannot be rendered
    Gathered gather(
            Entry.Valid entry,
            Application application,
            Bounds bounds,
            Optional<OperationState> underWay,
            Cluster cluster,
            Refresh command) {
        // Before all else: what changes from here on is told of as a change.
        var grounds = grounds(entry.application(), bounds, cluster);
        var name = trackingName(application);
        var naming = tracking.tracking();
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
                        .or(() -> application.operation().map(Application.Operation::tree))
                        .flatMap(LocalManifests::of);
        var wanted = brought.map(target::withManifests).orElse(target);
        var resources =
                TargetResources.prepare(
                                wanted.manifests(),
                                name,
                                naming,
                                application.destination().namespace(),
                                type -> cluster.types().find(type).map(ResourceType::namespaced))
                        .without(cluster.cache()::excludes);
        return new Gathered(
                grounds,
                application,
                bounds,
                bounds.changing(cluster),
                name,
                naming,
                wanted,
                resources,
                ComparisonRules.of(entry.tree(), customizations.settings()),
                healthRules.assessor(),
                orphans,
                updaters.list(application));
    }

    /// Its name in tracking ids.
    private String trackingName(Application application) {
        return TrackingId.applicationName(application.id(), controlPlaneNamespace);
    }

    private Access access(String project) {
        return new Access(
                project,
                url -> credentials.reading(new Use(url, project)),
                url -> credentials.reading(new Use(url, project, false)),
                name -> credentials.named(name, project),
                url -> signatures.demanded(project, url));
    }
}
