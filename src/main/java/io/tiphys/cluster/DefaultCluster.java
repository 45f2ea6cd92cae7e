package io.tiphys.cluster;

/// A cluster to use where none is configured. Started when first asked for.
public interface DefaultCluster {

    /// The text of a kubeconfig for it.
    String kubeconfig();
}
