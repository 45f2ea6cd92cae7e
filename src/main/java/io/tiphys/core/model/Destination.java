package io.tiphys.core.model;

/// The cluster and the default namespace of an Application. Exactly one of `server` and `name` is
/// set, the other is empty.
public record Destination(String server, String name, String namespace) {

    /// The address by which Argo CD's users name the cluster that the service itself runs in.
    public static final String IN_CLUSTER = "https://kubernetes.default.svc";

    public boolean inCluster() {
        return server.equals(IN_CLUSTER) || name.equals("in-cluster");
    }
}
