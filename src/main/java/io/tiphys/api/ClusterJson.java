package io.tiphys.api;

import io.tiphys.core.model.ClusterInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A cluster as Argo CD's clients read it. What it is reached with is not among it.
final class ClusterJson {

    private ClusterJson() {}

    /// @param applications how many are for it
    static Map<String, Object> of(ClusterInfo info, long applications) {
        var cluster = info.cluster();
        var json = new LinkedHashMap<String, Object>();
        json.put("server", cluster.server());
        json.put("name", cluster.name());
        json.put("config", config(info));
        json.put("connectionState", connectionState(info));
        json.put("serverVersion", version(info));
        if (!cluster.namespaces().isEmpty()) {
            json.put("namespaces", List.copyOf(cluster.namespaces()));
            json.put("clusterResources", cluster.clusterResources());
        }
        put(json, "project", cluster.project());
        if (cluster.shard().matches("[0-9]{1,9}")) {
            json.put("shard", Integer.parseInt(cluster.shard()));
        }
        put(json, "labels", cluster.labels());
        put(json, "annotations", cluster.annotations());
        json.put("info", info(info, applications));
        return json;
    }

    static Map<String, Object> list(List<Map<String, Object>> clusters) {
        var json = new LinkedHashMap<String, Object>();
        json.put("metadata", Map.of());
        json.put("items", clusters);
        return json;
    }

    private static Map<String, Object> config(ClusterInfo info) {
        var access = info.cluster().access();
        var tls = new LinkedHashMap<String, Object>();
        tls.put("insecure", access.insecure());
        put(tls, "serverName", access.serverName());
        return Map.of("tlsClientConfig", tls);
    }

    private static Map<String, Object> info(ClusterInfo info, long applications) {
        var json = new LinkedHashMap<String, Object>();
        json.put("connectionState", connectionState(info));
        json.put("serverVersion", version(info));
        var cache = new LinkedHashMap<String, Object>();
        cache.put("resourcesCount", info.resources());
        cache.put("apisCount", info.kinds());
        time(info.listedAt()).ifPresent(it -> cache.put("lastCacheSyncTime", it));
        json.put("cacheInfo", cache);
        json.put("applicationsCount", applications);
        json.put("apiVersions", info.apiVersions());
        return json;
    }

    private static Map<String, Object> connectionState(ClusterInfo info) {
        var json = new LinkedHashMap<String, Object>();
        json.put("status", info.state().wire());
        json.put("message", info.state().said());
        json.put("attemptedAt", time(info.attemptedAt()).orElse(""));
        return json;
    }

    /// Major and minor, as Argo CD has it.
    private static String version(ClusterInfo info) {
        var parts = info.serverVersion().replaceFirst("^v", "").split("\\.", 3);
        return parts.length < 2 ? info.serverVersion() : parts[0] + "." + parts[1];
    }

    private static Optional<String> time(Optional<Instant> instant) {
        return instant.map(it -> it.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static void put(Map<String, Object> json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    private static void put(Map<String, Object> json, String key, Map<String, String> value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
