package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Conformance;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an object must be like before it is stored: filled defaults, valid names and required
/// fields, and no change of what may not change.
public final class Rules {

    private static final Pattern DATA_KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");
    private static final Pattern PERCENTAGE = Pattern.compile("[0-9]+%");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/=]");
    private static final Map<String, List<String>> SECRET_KEYS =
            Map.of(
                    "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
                    "kubernetes.io/dockercfg", List.of(".dockercfg"),
                    "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
                    "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

    private Rules() {}

    public static void fillDefaults(ResourceType type, ObjectNode object) {
        if (type.custom()) {
            Conformance.fillDefaults(object, type.schema());
        } else {
            Defaults.fill(type, object);
        }
    }

    /// Whether the body can be read as this kind at all.
    public static void checkShape(ResourceType type, ObjectNode object) {
        if (type.custom()) {
            return;
        }
        var misfits = Conformance.check(object, type.schema());
        if (!misfits.isEmpty()) {
            throw Refusal.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: %s"
                            .formatted(
                                    type.kind(),
                                    type.version(),
                                    type.kind(),
                                    misfits.getFirst().message()));
        }
    }

    /// @param causes what is wrong already
    public static void check(
            ResourceType type, @Nullable ObjectNode live, ObjectNode next, List<Cause> causes) {
        Names.check(type, next.path("metadata"), causes);
        checkFinalizers(live, next, causes);
        if (type.custom()) {
            causes.addAll(Conformance.check(next, type.schema()));
        } else {
            checkBuiltIn(type, next, causes);
            if (live != null) {
                Immutables.check(type, live, next, causes);
            }
        }
        if (!causes.isEmpty()) {
            throw Refusal.invalid(type.kindSubject(Json.text(next, "metadata", "name")), causes);
        }
    }

    private static void checkFinalizers(
            @Nullable ObjectNode live, ObjectNode next, List<Cause> causes) {
        if (live == null || !Json.at(live, "metadata", "deletionTimestamp").isTextual()) {
            return;
        }
        var added = Json.texts(Json.at(next, "metadata", "finalizers"));
        added.removeAll(Json.texts(Json.at(live, "metadata", "finalizers")));
        if (!added.isEmpty()) {
            causes.add(
                    Cause.forbidden(
                            "metadata.finalizers",
                            "no new finalizers can be added if the object is being deleted, found"
                                    + " new finalizers []string{\""
                                    + String.join("\", \"", added)
                                    + "\"}"));
        }
    }

    private static void checkBuiltIn(ResourceType type, ObjectNode object, List<Cause> causes) {
        var spec = object.path("spec");
        var name = Json.text(object, "metadata", "name");
        switch (type.shelf()) {
            case "pods" -> PodRules.check(spec, "spec", MissingNode.getInstance(), causes);
            case "deployments.apps" -> WorkloadRules.deployment(spec, causes);
            case "replicasets.apps" -> WorkloadRules.workload(spec, "deployment", causes);
            case "statefulsets.apps" -> WorkloadRules.workload(spec, "statefulset", causes);
            case "daemonsets.apps" -> WorkloadRules.workload(spec, "daemonset", causes);
            case "jobs.batch" -> WorkloadRules.job(spec, "spec.", causes);
            case "cronjobs.batch" -> WorkloadRules.cronJob(name, spec, causes);
            case "services" -> NetworkRules.service(spec, causes);
            case "ingresses.networking.k8s.io" -> NetworkRules.ingress(spec, causes);
            case "networkpolicies.networking.k8s.io" -> NetworkRules.policy(spec, causes);
            case "configmaps" -> configMap(object, causes);
            case "secrets" -> secret(object, causes);
            case "persistentvolumeclaims" -> claim(spec, causes);
            case "roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io" ->
                    roleRules(type, object, causes);
            case "rolebindings.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io" ->
                    roleRef(type, object.path("roleRef"), causes);
            case "poddisruptionbudgets.policy" -> budget(spec, causes);
            case "storageclasses.storage.k8s.io" -> {
                if (Json.text(object, "provisioner").isEmpty()) {
                    causes.add(Cause.required("provisioner", ""));
                }
            }
            case "horizontalpodautoscalers.autoscaling" -> autoscaler(spec, causes);
            case "customresourcedefinitions.apiextensions.k8s.io" ->
                    DefinitionRules.check(name, spec, causes);
            default -> {}
        }
    }

    private static void configMap(ObjectNode object, List<Cause> causes) {
        for (var map : List.of("data", "binaryData")) {
            dataKeys(object.path(map), map, causes);
        }
        for (var entry : object.path("data").properties()) {
            var key = entry.getKey();
            if (object.path("binaryData").has(key)) {
                causes.add(
                        Cause.invalid(
                                "data[" + key + "]",
                                "\"" + key + "\"",
                                "duplicate of key present in binaryData"));
            }
        }
        for (var entry : object.path("binaryData").properties()) {
            base64("ConfigMap", entry.getValue().asText());
        }
    }

    private static void dataKeys(JsonNode map, String place, List<Cause> causes) {
        for (var entry : map.properties()) {
            if (!DATA_KEY.matcher(entry.getKey()).matches()) {
                causes.add(
                        Cause.invalid(
                                place + "[" + entry.getKey() + "]",
                                "\"" + entry.getKey() + "\"",
                                "a valid config key must consist of alphanumeric characters, '-',"
                                        + " '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or"
                                        + " 'key-name', regex used for validation is"
                                        + " '[-._a-zA-Z0-9]+')"));
            }
        }
    }

    private static void secret(ObjectNode object, List<Cause> causes) {
        dataKeys(object.path("data"), "data", causes);
        for (var entry : object.path("data").properties()) {
            base64("Secret", entry.getValue().asText());
        }
        for (var key : SECRET_KEYS.getOrDefault(Json.text(object, "type"), List.of())) {
            if (!object.path("data").has(key)) {
                causes.add(Cause.required("data[" + key + "]", ""));
            }
        }
    }

    private static void claim(JsonNode spec, List<Cause> causes) {
        if (spec.path("accessModes").isEmpty()) {
            causes.add(Cause.required("spec.accessModes", "at least 1 access mode is required"));
        }
        if (Json.at(spec, "resources", "requests", "storage").isMissingNode()) {
            causes.add(Cause.required("spec.resources[storage]", ""));
        }
    }

    private static void roleRules(ResourceType type, ObjectNode role, List<Cause> causes) {
        int i = 0;
        for (var rule : role.path("rules")) {
            var place = "rules[" + i++ + "]";
            if (rule.path("verbs").isEmpty()) {
                causes.add(
                        Cause.required(place + ".verbs", "verbs must contain at least one value"));
            }
            var paths = !type.namespaced() && !rule.path("nonResourceURLs").isEmpty();
            if (!paths && rule.path("apiGroups").isEmpty()) {
                causes.add(
                        Cause.required(
                                place + ".apiGroups",
                                "resource rules must supply at least one api group"));
            }
            if (!paths && rule.path("resources").isEmpty()) {
                causes.add(
                        Cause.required(
                                place + ".resources",
                                "resource rules must supply at least one resource"));
            }
        }
    }

    private static void roleRef(ResourceType type, JsonNode role, List<Cause> causes) {
        var kinds = type.namespaced() ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        var kind = Json.text(role, "kind");
        if (!kinds.contains(kind)) {
            causes.add(
                    Cause.unsupported(
                            "roleRef.kind",
                            "\"" + kind + "\"",
                            "\"" + String.join("\", \"", kinds) + "\""));
        }
        if (Json.text(role, "name").isEmpty()) {
            causes.add(Cause.required("roleRef.name", ""));
        }
    }

    private static void budget(JsonNode spec, List<Cause> causes) {
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            causes.add(
                    Cause.invalid(
                            "spec",
                            spec.toString(),
                            "minAvailable and maxUnavailable cannot be both set"));
        }
        for (var field : List.of("minAvailable", "maxUnavailable")) {
            var bound = spec.path(field);
            if (bound.isTextual() && !PERCENTAGE.matcher(bound.asText()).matches()) {
                causes.add(
                        Cause.invalid(
                                "spec." + field,
                                bound.toString(),
                                "a valid percent string must be a numeric string followed by an"
                                        + " ending '%' (e.g. '1%',  or '93%', regex used for"
                                        + " validation is '[0-9]+%')"));
            } else {
                WorkloadRules.notNegative(bound, "spec." + field, causes);
            }
        }
        WorkloadRules.expressions(spec.path("selector"), "spec.selector", causes);
    }

    private static void autoscaler(JsonNode spec, List<Cause> causes) {
        var most = spec.path("maxReplicas");
        if (most.asInt() < 1) {
            causes.add(
                    Cause.invalid("spec.maxReplicas", most.asText("0"), "must be greater than 0"));
        }
        if (most.asInt() < spec.path("minReplicas").asInt()) {
            causes.add(
                    Cause.invalid(
                            "spec.maxReplicas",
                            most.asText("0"),
                            "must be greater than or equal to `minReplicas`"));
        }
        var target = spec.path("scaleTargetRef");
        for (var field : List.of("kind", "name")) {
            if (Json.text(target, field).isEmpty()) {
                causes.add(Cause.required("spec.scaleTargetRef." + field, ""));
            }
        }
        if (Json.text(target, "apiVersion").isEmpty()) {
            causes.add(
                    Cause.invalid(
                            "spec.scaleTargetRef.apiVersion",
                            "\"\"",
                            "apiVersion must specify API group"));
        }
    }

    private static void base64(String kind, String value) {
        try {
            Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException _) {
            throw Refusal.badRequest(
                    "%s in version \"v1\" cannot be handled as a %s: illegal base64 data at input byte %d"
                            .formatted(kind, kind, firstStrange(value)));
        }
    }

    private static int firstStrange(String value) {
        int at = 0;
        while (at < value.length() && BASE64.matcher(value.substring(at, at + 1)).matches()) {
            at++;
        }
        return at;
    }
}
