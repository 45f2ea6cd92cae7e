package io.tiphys.metrics;

import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The labels of an Application in the metrics, in Argo CD's order and spelling. Read from the
/// custom resource, so an Application whose spec is wrong has them too.
record ApplicationLabels(
        String namespace,
        String name,
        String project,
        String autosyncEnabled,
        String repository,
        String server,
        String destinationNamespace,
        String syncStatus,
        String healthStatus,
        String operation) {

    static final List<String> NAMES =
            List.of(
                    "namespace",
                    "name",
                    "project",
                    "autosync_enabled",
                    "repo",
                    "dest_server",
                    "dest_namespace",
                    "sync_status",
                    "health_status",
                    "operation");

    static ApplicationLabels of(Map<String, Object> tree) {
        var spec = Json.object(tree, "spec");
        return new ApplicationLabels(
                Json.string(tree, "metadata", "namespace"),
                Json.string(tree, "metadata", "name"),
                orElse(Json.string(spec, "project"), "default"),
                Boolean.toString(isAutomated(spec)),
                repository(spec),
                server(spec),
                Json.string(spec, "destination", "namespace"),
                orElse(Json.string(tree, "status", "sync", "status"), "Unknown"),
                orElse(Json.string(tree, "status", "health", "status"), "Unknown"),
                operation(tree));
    }

    List<String> values() {
        return List.of(
                namespace,
                name,
                project,
                autosyncEnabled,
                repository,
                server,
                destinationNamespace,
                syncStatus,
                healthStatus,
                operation);
    }

    private static boolean isAutomated(Map<String, Object> spec) {
        var automated = Json.at(spec, "syncPolicy", "automated");
        return automated != null && !Boolean.FALSE.equals(Json.at(automated, "enabled"));
    }

    private static String repository(Map<String, Object> spec) {
        var sources = Json.array(spec, "sources");
        var source = sources.isEmpty() ? Json.at(spec, "source") : sources.getFirst();
        var url = Json.string(source, "repoURL").strip().toLowerCase(Locale.ROOT);
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        url = url.endsWith(".git") ? url.substring(0, url.length() - ".git".length()) : url;
        return withoutUser(url);
    }

    /// Some write a password into the URL. A label is no place for it.
    private static String withoutUser(String url) {
        int start = url.indexOf("://") + "://".length();
        int path = url.indexOf('/', start);
        int at = url.lastIndexOf('@', path < 0 ? url.length() : path);
        return url.contains("://") && at >= start
                ? url.substring(0, start) + url.substring(at + 1)
                : url;
    }

    private static String server(Map<String, Object> spec) {
        var server = Json.string(spec, "destination", "server");
        var inCluster = Json.string(spec, "destination", "name").equals("in-cluster");
        return inCluster ? Destination.IN_CLUSTER : server;
    }

    private static String operation(Map<String, Object> tree) {
        if (!Json.string(tree, "metadata", "deletionTimestamp").isEmpty()) {
            return "delete";
        }
        return Json.at(tree, "operation", "sync") == null ? "" : "sync";
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
