package io.tiphys.cluster;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/// Which cluster holds the control plane's objects, and is `in-cluster` to the Applications.
@ConfigMapping(prefix = "tiphys.cluster")
interface ClusterConfig {

    /// A kubeconfig file. Absent: the cluster that the process runs in; outside any cluster, the
    /// sandbox of `dev`. The files that `kubectl` uses by itself are deliberately not looked at: a
    /// first try must not write to whatever cluster somebody last worked on.
    Optional<Path> kubeconfig();

    /// A context of that file other than its current one.
    Optional<String> context();
}
