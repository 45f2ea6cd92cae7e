package io.tiphys.application;

import io.tiphys.cluster.Cluster;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.OrphanedResources;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.StoreConfig;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/// Warns of what lies in an Application's namespace and belongs to no Application, where its
/// project wants to know.
@Singleton
class Orphans {

    private static final String WARNING = "OrphanedResourceWarning";

    private final ApplicationStore applications;
    private final String controlPlaneNamespace;

    Orphans(ApplicationStore applications, StoreConfig config) {
        this.applications = applications;
        this.controlPlaneNamespace = config.namespace();
    }

    /// @param targets what the Application declares, which is its own before it names it
    List<Warning> warnings(
            Application application,
            Bounds bounds,
            Cluster cluster,
            Collection<ResourceKey> targets) {
        var wish = bounds.project().orphaned();
        return wish
                .filter(OrphanedResources::warn)
                .map(it -> count(application, bounds, cluster, targets, it))
                .filter(it -> it > 0)
                .map("Application has %d orphaned resources"::formatted)
                .map(it -> new Warning(WARNING, it))
                .stream()
                .toList();
    }

    private long count(
            Application application,
            Bounds bounds,
            Cluster cluster,
            Collection<ResourceKey> targets,
            OrphanedResources wish) {
        var own = new HashSet<>(targets);
        return cluster
                .cache()
                .strays(application.destination().namespace(), this::isApplication)
                .stream()
                .filter(it -> !own.contains(it) && !wish.ignores(it))
                .filter(it -> bounds.refusal(it).isEmpty())
                .count();
    }

    private boolean isApplication(String trackingName) {
        return !trackingName.isEmpty()
                && applications
                        .find(TrackingId.application(trackingName, controlPlaneNamespace))
                        .isPresent();
    }
}
