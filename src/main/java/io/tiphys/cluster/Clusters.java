package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.runtime.ShutdownEvent;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Tracking;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The clusters that Applications may name. In this version there is one: the control plane's own.
@Singleton
public class Clusters {

    private final KubernetesApi controlPlane;
    private final Cluster inCluster;
    private boolean watched;

    Clusters(ClusterConfig config, Instance<DefaultCluster> defaultCluster) {
        var kubernetes = kubernetesConfig(config, defaultCluster);
        kubernetes.setRequestRetryBackoffLimit(3);
        controlPlane =
                new KubernetesApi(new KubernetesClientBuilder().withConfig(kubernetes).build());
        inCluster = Cluster.of(controlPlane);
    }

    /// The API server that holds the Applications.
    public KubernetesApi controlPlane() {
        return controlPlane;
    }

    /// The cluster that a destination names; its live state is watched when this returns.
    ///
    /// @return empty if no such cluster is known
    public Optional<Cluster> find(Destination destination) {
        if (!destination.inCluster()) {
            return Optional.empty();
        }
        return Optional.of(inCluster());
    }

    /// Resources of all clusters name their Applications like this from now on.
    public void track(Tracking tracking) {
        inCluster.cache().track(tracking);
    }

    public synchronized Cluster inCluster() {
        if (!watched) {
            inCluster.cache().start();
            watched = true;
        }
        return inCluster;
    }

    /// Before the connection that they watch by is closed.
    void stop(@Observes ShutdownEvent event) {
        inCluster.cache().close();
    }

    @PreDestroy
    void close() {
        controlPlane.close();
    }

    private static Config kubernetesConfig(
            ClusterConfig config, Instance<DefaultCluster> defaultCluster) {
        if (config.kubeconfig().isPresent()) {
            return Config.fromKubeconfig(
                    config.context().orElse(null), config.kubeconfig().get().toFile());
        }
        if (System.getenv("KUBERNETES_SERVICE_HOST") != null) {
            return Config.autoConfigure(null);
        }
        if (!defaultCluster.isResolvable()) {
            throw new IllegalStateException("No cluster: set tiphys.cluster.kubeconfig");
        }
        return Config.fromKubeconfig(defaultCluster.get().kubeconfig());
    }
}
