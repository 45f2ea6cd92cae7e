package io.tiphys.core.policy;

import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/// Decides which cluster an Application is for: the one of its address or of its name.
public sealed interface ClusterChoice {

    record Chosen(ClusterSecret cluster) implements ClusterChoice {}

    /// @param problem in Argo CD's words
    record None(String problem) implements ClusterChoice {}

    /// The cluster as projects know it; of one that there is not, what the destination says.
    default DestinationCluster forProjects(Destination destination) {
        return switch (this) {
            case Chosen(var cluster) -> DestinationCluster.of(cluster);
            case None _ -> DestinationCluster.of(destination);
        };
    }

    /// @param clusters all that there are, the control plane's own among them if it may be used
    static ClusterChoice of(Destination destination, Collection<ClusterSecret> clusters) {
        if (!destination.name().isEmpty() && !destination.server().isEmpty()) {
            return new None(
                    "application destination can't have both name and server defined: %s %s"
                            .formatted(destination.name(), destination.server()));
        }
        if (!destination.server().isEmpty()) {
            var server = withoutSlash(destination.server());
            return clusters.stream()
                    .filter(it -> it.server().equals(server))
                    .min(Comparator.comparing(ClusterSecret::secret))
                    .<ClusterChoice>map(Chosen::new)
                    .orElseGet(
                            () ->
                                    new None(
                                            "error getting cluster by server \"%s\": cluster \"%s\" not found"
                                                    .formatted(server, server)));
        }
        return destination.name().isEmpty()
                ? new None("Destination server missing from app spec")
                : byName(destination.name(), clusters);
    }

    private static ClusterChoice byName(String name, Collection<ClusterSecret> clusters) {
        var named = clusters.stream().filter(it -> it.isCalled(name)).toList();
        return switch (named.size()) {
            case 0 -> new None("there are no clusters with this name: " + name);
            case 1 -> new Chosen(named.getFirst());
            default ->
                    new None(
                            "there are %d clusters with the same name: [%s]"
                                    .formatted(
                                            named.size(),
                                            named.stream()
                                                    .map(ClusterSecret::server)
                                                    .sorted()
                                                    .collect(Collectors.joining(" "))));
        };
    }

    /// Argo CD compares addresses without a slash at their ends.
    private static String withoutSlash(String server) {
        return server.endsWith("/") ? server.replaceFirst("/+$", "") : server;
    }
}
