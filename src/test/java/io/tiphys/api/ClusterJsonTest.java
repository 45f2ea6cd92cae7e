package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ClusterAccess;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.ClusterState;
import io.tiphys.core.model.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterJsonTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.5Z");

    @Test
    void a_cluster_is_shown_as_argo_cd_shows_it_without_its_credentials() {
        var cluster =
                new ClusterSecret(
                        "prod-secret",
                        "prod",
                        "https://prod.example",
                        Set.of("shop"),
                        true,
                        "team",
                        "2",
                        Map.of("tier", "1"),
                        Map.of(),
                        ClusterAccess.read(
                                Map.of(
                                        "bearerToken",
                                        "canary",
                                        "tlsClientConfig",
                                        Map.of("serverName", "inside", "keyData", "Y2FuYXJ5"))),
                        Optional.empty());
        var info =
                new ClusterInfo(
                        cluster,
                        new ClusterState.Failed("down"),
                        Optional.of(NOON),
                        "v1.35.2",
                        List.of("v1"),
                        60,
                        1000,
                        Map.of(),
                        Set.of(),
                        Optional.of(NOON));

        var json = ClusterJson.of(info, 3);

        assertThat(json)
                .containsEntry("server", "https://prod.example")
                .containsEntry("name", "prod")
                .containsEntry("namespaces", List.of("shop"))
                .containsEntry("clusterResources", true)
                .containsEntry("project", "team")
                .containsEntry("shard", 2)
                .containsEntry("serverVersion", "1.35")
                .containsEntry("labels", Map.of("tier", "1"))
                .doesNotContainKey("annotations");
        assertThat(Json.object(json, "connectionState"))
                .containsEntry("status", "Failed")
                .containsEntry("message", "down")
                .containsEntry("attemptedAt", "2026-01-01T12:00:00Z");
        assertThat(Json.object(json, "config"))
                .isEqualTo(
                        Map.of(
                                "tlsClientConfig",
                                Map.of("insecure", false, "serverName", "inside")));
        assertThat(Json.number(json, 0, "info", "applicationsCount")).isEqualTo(3);
        assertThat(Json.object(json, "info", "cacheInfo"))
                .containsEntry("resourcesCount", 1000)
                .containsEntry("apisCount", 60)
                .containsEntry("lastCacheSyncTime", "2026-01-01T12:00:00Z");
        assertThat(json.toString()).doesNotContain("canary", "Y2FuYXJ5");
    }
}
