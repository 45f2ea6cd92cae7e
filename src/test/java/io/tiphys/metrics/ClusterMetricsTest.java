package io.tiphys.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.ClusterState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterMetricsTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void clusters_are_shown_by_the_names_and_labels_that_dashboards_have() {
        var info = info(new ClusterState.Successful());

        assertThat(scraped(info))
                .contains(
                        "argocd_cluster_info{server=\"https://kubernetes.default.svc\","
                                + "k8s_version=\"v1.35.2\",name=\"in-cluster\",} 1.0",
                        "argocd_cluster_connection_status{server=\"https://kubernetes.default.svc\",k8s_version=\"v1.35.2\",}"
                            + " 1.0",
                        "argocd_cluster_api_resources{server=\"https://kubernetes.default.svc\",}"
                                + " 60.0",
                        "argocd_cluster_api_resource_objects{"
                                + "server=\"https://kubernetes.default.svc\",} 1000.0",
                        "argocd_cluster_cache_age_seconds{"
                                + "server=\"https://kubernetes.default.svc\",} 90.0",
                        "argocd_cluster_events_total{server=\"https://kubernetes.default.svc\","
                                + "group=\"apps\",kind=\"Deployment\",} 7.0",
                        "tiphys_cluster_kind_refused{server=\"https://kubernetes.default.svc\","
                                + "group=\"\",kind=\"Secret\",} 1.0");
    }

    @Test
    void a_cluster_out_of_reach_is_not_connected() {
        assertThat(scraped(info(new ClusterState.Failed("down"))))
                .contains(
                        "argocd_cluster_connection_status{server=\"https://kubernetes.default.svc\",k8s_version=\"v1.35.2\",}"
                            + " 0.0");
    }

    private static List<String> scraped(ClusterInfo info) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var clock = Clock.fixed(NOON.plusSeconds(90), ZoneOffset.UTC);
        new ClusterMetrics(() -> List.of(info), clock).start(null, registry);
        return registry.scrape().lines().toList();
    }

    private static ClusterInfo info(ClusterState state) {
        return new ClusterInfo(
                ClusterSecret.IN_CLUSTER,
                state,
                Optional.of(NOON),
                "v1.35.2",
                List.of("v1"),
                60,
                1000,
                Map.of(new ClusterInfo.Kind("apps", "Deployment"), 7L),
                Set.of(new ClusterInfo.Kind("", "Secret")),
                Optional.of(NOON));
    }
}
