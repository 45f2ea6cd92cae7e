package io.tiphys.api;

import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.policy.ProjectRules;
import io.tiphys.core.policy.SyncIdentity;
import io.tiphys.store.ProjectStore;

/// The cluster of an Application, and what of it is shown to who asks about the Application.
///
/// @param cluster seen as the service itself
/// @param identity as whom the Application is synced
record ClusterView(
        Cluster cluster, Project project, DestinationCluster destination, SyncIdentity identity) {

    /// What is answered instead if the project does not permit what the Application is made of, or
    /// the cluster is not in reach, is thrown.
    static ClusterView of(Application application, Clusters clusters, ProjectStore projects) {
        if (!projects.permits(application)) {
            throw Problem.PERMISSION_DENIED.because(
                    "The project %s does not permit what the Application is made of"
                            .formatted(application.project()));
        }
        var choice = clusters.choose(application.destination());
        var cluster = reached(clusters.find(choice));
        var project = projects.of(application.project(), application.id());
        var destination = choice.forProjects(application.destination());
        return new ClusterView(
                cluster,
                project,
                destination,
                projects.identity(
                        project, application.id(), application.destination(), destination));
    }

    private static Cluster reached(Found found) {
        return switch (found) {
            case Found.Ready(var cluster) -> cluster;
            case Found.Connecting() ->
                    throw Problem.UNAVAILABLE.because("The cluster is not connected yet");
            case Found.Down(var why) -> throw Problem.UNAVAILABLE.because(why);
            case Found.Unusable(var problem) -> throw Problem.INVALID_ARGUMENT.because(problem);
            case Found.None(var problem) -> throw Problem.INVALID_ARGUMENT.because(problem);
        };
    }

    /// Whether the project lets the Application have a resource: no other is shown.
    boolean permits(ResourceKey key) {
        return ProjectRules.refusal(project, destination, key).isEmpty();
    }
}
