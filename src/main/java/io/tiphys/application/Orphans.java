package io.tiphys.application;

import io.tiphys.cluster.Cluster;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.OrphanedResources;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ProjectStore;
import io.tiphys.store.StoreConfig;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/// Warns of what lies in an Application's namespace and belongs to no Application, where its
/// project wants to know.
@Singleton
class Orphans {

    private static final String WARNING = "OrphanedResourceWarning";

    private final ProjectStore projects;
    private final ApplicationStore applications;
    private final String controlPlaneNamespace;

    Orphans(ProjectStore projects, ApplicationStore applications, StoreConfig config) {
        this.projects = projects;
        this.applications = applications;
        this.controlPlaneNamespace = config.namespace();
    }

    /// @param targets what the Application declares, which is its own before it names it
    List<Warning> warnings(
            Application application, Cluster cluster, Collection<ResourceKey> targets) {
        return projects.orphanedResources(application.project())
                .map(wish -> warnings(application, cluster, targets, wish))
                .orElse(List.of());
    }

    private List<Warning> warnings(
            Application application,
            Cluster cluster,
            Collection<ResourceKey> targets,
            OrphanedResources wish) {
        var warnings = new ArrayList<Warning>();
        wish.problems().forEach(problem -> warnings.add(new Warning(WARNING, problem)));
        var own = new HashSet<>(targets);
        long orphans =
                cluster
                        .cache()
                        .strays(application.destination().namespace(), this::isApplication)
                        .stream()
                        .filter(it -> !own.contains(it) && !wish.ignores(it))
                        .count();
        if (orphans > 0 && wish.warn()) {
            warnings.add(
                    new Warning(
                            WARNING, "Application has %d orphaned resources".formatted(orphans)));
        }
        return warnings;
    }

    private boolean isApplication(String trackingName) {
        return !trackingName.isEmpty()
                && applications
                        .find(TrackingId.application(trackingName, controlPlaneNamespace))
                        .isPresent();
    }
}
