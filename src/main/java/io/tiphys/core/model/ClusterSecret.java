package io.tiphys.core.model;

import java.net.Inet4Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A cluster that Applications may be deployed to, as a Secret describes it.
///
/// @param secret the Secret's name; empty for the control plane's own cluster if it has none
/// @param name by which Applications may call it
/// @param server the API server's address, without a slash at its end
/// @param namespaces that it is about; empty for all
/// @param clusterResources whether it is about what is in no namespace as well, should it be about
///     some namespaces only
/// @param project whose own cluster it is; empty for everybody's
/// @param shard that Argo CD's controllers divide clusters by; kept and not used
/// @param problem why it cannot be used as it stands
public record ClusterSecret(
        String secret,
        String name,
        String server,
        Set<String> namespaces,
        boolean clusterResources,
        String project,
        String shard,
        Map<String, String> labels,
        Map<String, String> annotations,
        ClusterAccess access,
        Optional<String> problem) {

    /// Argo CD's name of the cluster that it runs in.
    public static final String IN_CLUSTER_NAME = "in-cluster";

    /// The control plane's own cluster, as it is without a Secret.
    public static final ClusterSecret IN_CLUSTER =
            new ClusterSecret(
                    "",
                    IN_CLUSTER_NAME,
                    Destination.IN_CLUSTER,
                    Set.of(),
                    false,
                    "",
                    "",
                    Map.of(),
                    Map.of(),
                    ClusterAccess.PLAIN,
                    Optional.empty());

    /// Where nobody's API server is, but the credentials of a cloud's machine are.
    private static final Set<String> LINK_LOCAL =
            Set.of("[::ffff:169.254.", "[::ffff:a9fe:", "[fe80:", "[fd00:ec2::254]");

    /// Whether it is reached as the control plane's objects are: nothing else is said.
    public boolean isControlPlane() {
        return isInCluster() && access.login() instanceof ClusterLogin.None;
    }

    public boolean isInCluster() {
        return server.equals(Destination.IN_CLUSTER);
    }

    /// What of the cluster it is about.
    public ClusterScope scope() {
        return new ClusterScope(namespaces, clusterResources);
    }

    /// Whether a destination names it, be it alone or among others.
    public boolean isMeantBy(Destination destination) {
        return destination.server().replaceFirst("/+$", "").equals(server)
                || isCalled(destination.name());
    }

    /// The control plane's own cluster keeps its old name whatever a Secret calls it.
    public boolean isCalled(String name) {
        return !name.isEmpty()
                && (this.name.equals(name) || (isInCluster() && name.equals(IN_CLUSTER_NAME)));
    }

    /// Whether a connection by the other serves as well.
    public boolean isReachedAs(ClusterSecret other) {
        return server.equals(other.server)
                && namespaces.equals(other.namespaces)
                && clusterResources == other.clusterResources
                && access.equals(other.access)
                && problem.equals(other.problem);
    }

    /// The same, reached like that.
    public ClusterSecret with(ClusterAccess how) {
        return with(how, problem);
    }

    /// The same without what serves to reach it.
    public ClusterSecret unusable(String why) {
        return with(ClusterAccess.PLAIN, Optional.of(why));
    }

    private ClusterSecret with(ClusterAccess how, Optional<String> why) {
        return new ClusterSecret(
                secret,
                name,
                server,
                namespaces,
                clusterResources,
                project,
                shard,
                labels,
                annotations,
                how,
                why);
    }

    /// Names between commas.
    public static Set<String> namespaces(String list) {
        var names = new TreeSet<String>();
        for (var name : list.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }

    /// What is wrong with an address; empty if nothing is.
    public static Optional<String> problemOf(String server) {
        try {
            var uri = new URI(server);
            var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (!scheme.equals("https") && !scheme.equals("http")) {
                return Optional.of("server must begin with https://");
            }
            var host = uri.getHost();
            if (host == null) {
                return Optional.of("server names no host");
            }
            if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
                return Optional.of("server must be an address alone");
            }
            if (isLinkLocal(host.toLowerCase(Locale.ROOT))) {
                return Optional.of("server is an address of this machine's link");
            }
            return Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.of("server is no URL");
        }
    }

    private static boolean isLinkLocal(String host) {
        if (LINK_LOCAL.stream().anyMatch(host::startsWith)) {
            return true;
        }
        try {
            // In whichever spelling: four numbers, one, hexadecimal.
            return Inet4Address.ofPosixLiteral(host).isLinkLocalAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
