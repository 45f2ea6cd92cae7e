package io.tiphys.core.model;

/// The cluster and the default namespace of an Application. One of `server` and `name` should
/// be set, and the other empty; `ClusterChoice` says what is wrong otherwise.
public record Destination(String server, String name, String namespace) {

    /// The address by which Argo CD's users name the cluster that the service itself runs in.
    public static final String IN_CLUSTER = "https://kubernetes.default.svc";
}
