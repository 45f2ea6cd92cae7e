package io.tiphys.core.model;

import java.util.Set;

/// The cluster that an Application is deployed to, as projects know it.
///
/// @param project whose own it is; empty if it is everybody's
/// @param namespaces that its project may use, if it is one's own; empty for all
public record DestinationCluster(
        String server, String name, String project, Set<String> namespaces) {

    /// The one that the service itself runs in.
    public static final DestinationCluster IN_CLUSTER =
            new DestinationCluster(Destination.IN_CLUSTER, "in-cluster", "", Set.of());

    /// What its Secret says of it.
    public static DestinationCluster of(ClusterSecret secret) {
        return new DestinationCluster(
                secret.server(), secret.name(), secret.project(), secret.namespaces());
    }

    /// What is known by the destination alone of one that there is not.
    public static DestinationCluster of(Destination destination) {
        return new DestinationCluster(destination.server(), destination.name(), "", Set.of());
    }

    /// Whether a project has it for itself, with the namespace.
    public boolean isOf(String project, String namespace) {
        return this.project.equals(project)
                && (namespaces.isEmpty() || namespaces.contains(namespace));
    }

    /// Whether globs for clusters, of addresses or of names, match it.
    public boolean isNamed(Glob glob) {
        return (!server.isEmpty() && glob.matches(server))
                || (!name.isEmpty() && glob.matches(name));
    }
}
