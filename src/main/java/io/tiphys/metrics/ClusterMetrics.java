package io.tiphys.metrics;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterState;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Shows how the clusters are, by the names and labels that Argo CD's dashboards have. All is read
/// when somebody scrapes.
@Singleton
@SuppressWarnings("deprecation") // The registry that the Quarkus extension brings.
class ClusterMetrics extends Collector {

    private final Supplier<List<ClusterInfo>> clusters;
    private final Clock clock;

    @Inject
    ClusterMetrics(Clusters clusters) {
        this(clusters::all, Clock.systemUTC());
    }

    ClusterMetrics(Supplier<List<ClusterInfo>> clusters, Clock clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event, PrometheusMeterRegistry meters) {
        meters.getPrometheusRegistry().register(this);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var info =
                gauge(MetricNames.CLUSTER_INFO, "About a cluster", "server", "k8s_version", "name");
        var connection =
                gauge(
                        MetricNames.CLUSTER_CONNECTION,
                        "Whether a cluster is in reach",
                        "server",
                        "k8s_version");
        var kinds = gauge(MetricNames.CLUSTER_KINDS, "Kinds that are watched", "server");
        var resources = gauge(MetricNames.CLUSTER_RESOURCES, "Resources that are known", "server");
        var age = gauge(MetricNames.CLUSTER_AGE, "Seconds since all was listed", "server");
        var events =
                new CounterMetricFamily(
                        MetricNames.CLUSTER_EVENTS,
                        "Changes that watches have brought",
                        List.of("server", "group", "kind"));
        var refused =
                gauge(
                        MetricNames.CLUSTER_REFUSED,
                        "A kind that a cluster does not let us list",
                        "server",
                        "group",
                        "kind");
        for (var cluster : clusters.get()) {
            var server = cluster.cluster().server();
            var version = cluster.serverVersion();
            info.addMetric(List.of(server, version, cluster.cluster().name()), 1);
            connection.addMetric(
                    List.of(server, version),
                    cluster.state() instanceof ClusterState.Successful ? 1 : 0);
            kinds.addMetric(List.of(server), cluster.kinds());
            resources.addMetric(List.of(server), cluster.resources());
            cluster.listedAt()
                    .ifPresent(
                            at ->
                                    age.addMetric(
                                            List.of(server),
                                            (double)
                                                    Duration.between(at, clock.instant())
                                                            .toSeconds()));
            cluster.events()
                    .forEach(
                            (kind, count) ->
                                    events.addMetric(
                                            List.of(server, kind.group(), kind.kind()),
                                            (double) count));
            cluster.refused()
                    .forEach(
                            kind ->
                                    refused.addMetric(
                                            List.of(server, kind.group(), kind.kind()), 1));
        }
        return List.of(info, connection, kinds, resources, age, events, refused);
    }

    private static GaugeMetricFamily gauge(String name, String help, String... labels) {
        return new GaugeMetricFamily(name, help, List.of(labels));
    }
}
