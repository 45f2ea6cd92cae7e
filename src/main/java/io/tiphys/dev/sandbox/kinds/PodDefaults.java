package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.HashSet;
import java.util.List;

/// Fills what a real server fills into pods and what they are made of.
final class PodDefaults {

    private PodDefaults() {}

    static void pod(ObjectNode spec) {
        Json.putIfAbsent(spec, "restartPolicy", "Always");
        podSpec(spec);
        Json.objects(spec.path("containers")).forEach(PodDefaults::requestLimits);
        Json.putIfAbsent(spec, "serviceAccountName", "default");
        Json.putIfAbsent(spec, "serviceAccount", Json.text(spec, "serviceAccountName"));
        Json.putIfAbsent(spec, "preemptionPolicy", "PreemptLowerPriority");
        Json.putIfAbsent(spec, "priority", 0);
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        for (var trouble : List.of("not-ready", "unreachable")) {
            tolerate("node.kubernetes.io/" + trouble, Json.list(spec, "tolerations"));
        }
    }

    private static void tolerate(String key, ArrayNode tolerations) {
        for (var present : tolerations) {
            var sameKey = present.path("key").asText(key).equals(key);
            if (sameKey && present.path("effect").asText("NoExecute").equals("NoExecute")) {
                return;
            }
        }
        tolerations
                .addObject()
                .put("key", key)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", 300);
    }

    private static void requestLimits(ObjectNode container) {
        var resources = Json.child(container, "resources");
        for (var limit : resources.path("limits").properties()) {
            var requests = Json.child(resources, "requests");
            Json.putIfAbsent(requests, limit.getKey(), limit.getValue().asText());
        }
    }

    static void podSpec(ObjectNode spec) {
        Json.putIfAbsent(spec, "dnsPolicy", "ClusterFirst");
        Json.putIfAbsent(spec, "terminationGracePeriodSeconds", 30);
        Json.putIfAbsent(spec, "schedulerName", "default-scheduler");
        Json.child(spec, "securityContext");
        // The deprecated field mirrors the current one, as the server's own conversion does.
        if (spec.hasNonNull("serviceAccountName")) {
            spec.put("serviceAccount", Json.text(spec, "serviceAccountName"));
        } else if (spec.hasNonNull("serviceAccount")) {
            spec.put("serviceAccountName", Json.text(spec, "serviceAccount"));
        }
        for (var list : List.of("initContainers", "containers")) {
            Json.objects(spec.path(list)).forEach(PodDefaults::container);
        }
        Json.objects(spec.path("volumes")).forEach(PodDefaults::volume);
    }

    private static void container(ObjectNode container) {
        var image = Json.text(container, "image");
        var tag = image.substring(image.lastIndexOf('/') + 1);
        var latest = !image.contains("@") && (!tag.contains(":") || tag.endsWith(":latest"));
        Json.putIfAbsent(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        Json.putIfAbsent(container, "terminationMessagePath", "/dev/termination-log");
        Json.putIfAbsent(container, "terminationMessagePolicy", "File");
        Json.child(container, "resources");
        for (var port : Json.objects(container.path("ports"))) {
            Json.putIfAbsent(port, "protocol", "TCP");
        }
        for (var variable : Json.objects(container.path("env"))) {
            fieldVersion(Json.at(variable, "valueFrom"));
        }
        for (var moment : List.of("postStart", "preStop")) {
            http(Json.at(container, "lifecycle", moment));
        }
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode node) {
                probe(node);
            }
        }
    }

    private static void probe(ObjectNode probe) {
        Json.putIfAbsent(probe, "timeoutSeconds", 1);
        Json.putIfAbsent(probe, "periodSeconds", 10);
        Json.putIfAbsent(probe, "successThreshold", 1);
        Json.putIfAbsent(probe, "failureThreshold", 3);
        http(probe);
        if (probe.get("grpc") instanceof ObjectNode grpc) {
            Json.putIfAbsent(grpc, "service", "");
        }
    }

    private static void http(JsonNode handler) {
        if (handler.get("httpGet") instanceof ObjectNode http) {
            Json.putIfAbsent(http, "scheme", "HTTP");
            Json.putIfAbsent(http, "path", "/");
        }
    }

    private static void fieldVersion(JsonNode source) {
        if (source.get("fieldRef") instanceof ObjectNode field) {
            Json.putIfAbsent(field, "apiVersion", "v1");
        }
    }

    static void volumeSource(ObjectNode volume) {
        if (volume.get("hostPath") instanceof ObjectNode host && !host.has("type")) {
            host.put("type", "");
        }
    }

    private static void volume(ObjectNode volume) {
        for (var source : List.of("configMap", "secret", "downwardAPI", "projected")) {
            if (volume.get(source) instanceof ObjectNode node) {
                Json.putIfAbsent(node, "defaultMode", 0644);
            }
        }
        volumeSource(volume);
        Json.at(volume, "downwardAPI", "items").forEach(PodDefaults::fieldVersion);
        for (var source : Json.at(volume, "projected", "sources")) {
            Json.at(source, "downwardAPI", "items").forEach(PodDefaults::fieldVersion);
            if (source.get("serviceAccountToken") instanceof ObjectNode token) {
                Json.putIfAbsent(token, "expirationSeconds", 3600);
            }
        }
        var fields = new HashSet<String>();
        volume.fieldNames().forEachRemaining(fields::add);
        fields.remove("name");
        if (fields.isEmpty()) {
            volume.putObject("emptyDir");
        }
    }
}
