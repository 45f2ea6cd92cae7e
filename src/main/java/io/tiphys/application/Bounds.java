package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.policy.ProjectRules;
import io.tiphys.core.policy.SyncIdentity;
import io.tiphys.store.ProjectStore;
import java.util.List;
import java.util.Optional;

/// What an Application may do: its project, where it is deployed to, and as whom.
record Bounds(Project project, DestinationCluster cluster, SyncIdentity identity) {

    /// @throws InvalidSpecException if its project is not there or does not take it
    /// @throws ApiFailure if whether it is there cannot be asked
    static Bounds of(
            ProjectStore projects,
            String name,
            ApplicationId application,
            Destination destination,
            DestinationCluster cluster) {
        projects.look(name);
        var project = projects.of(name, application);
        return new Bounds(
                project, cluster, projects.identity(project, application, destination, cluster));
    }

    /// What its project does not permit of an Application.
    ///
    /// @param application with the sources that it is to be made of
    List<String> problems(Application application) {
        return ProjectRules.problems(project, application, cluster);
    }

    /// The cluster as whom the Application is synced; as whom nobody is synced nothing is changed.
    Cluster changing(Cluster own) {
        return identity instanceof SyncIdentity.Account(var user) ? own.as(user) : own;
    }

    /// Why it may not have a resource; empty if it may.
    Optional<String> refusal(ResourceKey key) {
        return ProjectRules.refusal(project, cluster, key);
    }
}
