package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Conformance;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an object must be like before it is stored: filled defaults, valid names and required
/// fields, and no change of what may not change.
public final class Rules {

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

    public static void check(ResourceType type, @Nullable ObjectNode live, ObjectNode next) {
        var causes = new ArrayList<Cause>();
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
                                    + " new finalizers "
                                    + added));
        }
    }

    private static void checkBuiltIn(ResourceType type, ObjectNode object, List<Cause> causes) {
        var spec = object.path("spec");
        switch (type.shelf()) {
            case "pods" -> podSpec(spec, "spec", causes);
            case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps" -> {
                if (spec.path("replicas").asInt() < 0) {
                    causes.add(
                            Cause.invalid(
                                    "spec.replicas",
                                    spec.path("replicas").toString(),
                                    "must be greater than or equal to 0"));
                }
                selectorFitsTemplate(spec, causes);
                podSpec(Json.at(spec, "template", "spec"), "spec.template.spec", causes);
                alwaysRestarts(spec, causes);
            }
            case "jobs.batch" -> jobSpec(spec, "spec.", causes);
            case "cronjobs.batch" -> {
                if (Json.text(spec, "schedule").isEmpty()) {
                    causes.add(Cause.required("spec.schedule", ""));
                }
                jobSpec(Json.at(spec, "jobTemplate", "spec"), "spec.jobTemplate.spec.", causes);
            }
            case "services" -> servicePorts(spec, causes);
            case "secrets" -> {
                for (var entry : object.path("data").properties()) {
                    base64(entry.getKey(), entry.getValue().asText());
                }
            }
            case "persistentvolumeclaims" -> {
                if (spec.path("accessModes").isEmpty()) {
                    causes.add(
                            Cause.required(
                                    "spec.accessModes", "at least 1 access mode is required"));
                }
                if (Json.at(spec, "resources", "requests", "storage").isMissingNode()) {
                    causes.add(Cause.required("spec.resources[storage]", ""));
                }
            }
            case "rolebindings.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io" -> {
                for (var field : List.of("kind", "name")) {
                    if (Json.text(object, "roleRef", field).isEmpty()) {
                        causes.add(Cause.required("roleRef." + field, ""));
                    }
                }
            }
            case "storageclasses.storage.k8s.io" -> {
                if (Json.text(object, "provisioner").isEmpty()) {
                    causes.add(Cause.required("provisioner", ""));
                }
            }
            case "ingresses.networking.k8s.io" -> {
                if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
                    causes.add(
                            Cause.invalid(
                                    "spec",
                                    "{}",
                                    "either `defaultBackend` or `rules` must be specified"));
                }
            }
            case "horizontalpodautoscalers.autoscaling" -> {
                if (spec.path("maxReplicas").asInt() < 1) {
                    causes.add(Cause.invalid("spec.maxReplicas", "0", "must be greater than 0"));
                }
            }
            case "customresourcedefinitions.apiextensions.k8s.io" ->
                    crd(Json.text(object, "metadata", "name"), spec, causes);
            default -> {}
        }
    }

    private static void base64(String key, String value) {
        try {
            Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException _) {
            throw Refusal.badRequest(
                    "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data in"
                            + " data."
                            + key);
        }
    }

    private static void alwaysRestarts(JsonNode spec, List<Cause> causes) {
        var policy = Json.text(spec, "template", "spec", "restartPolicy");
        if (!policy.equals("Always")) {
            causes.add(
                    Cause.unsupported(
                            "spec.template.spec.restartPolicy",
                            "\"" + policy + "\"",
                            "\"Always\""));
        }
    }

    private static void selectorFitsTemplate(JsonNode spec, List<Cause> causes) {
        var selector = spec.path("selector");
        if (selector.isMissingNode()) {
            causes.add(Cause.required("spec.selector", ""));
            return;
        }
        if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
            causes.add(
                    Cause.invalid("spec.selector", "{}", "empty selector is invalid for workload"));
        }
        var labels = Json.at(spec, "template", "metadata", "labels");
        for (var wanted : selector.path("matchLabels").properties()) {
            if (!labels.path(wanted.getKey()).equals(wanted.getValue())) {
                causes.add(
                        Cause.invalid(
                                "spec.template.metadata.labels",
                                labels.toString(),
                                "`selector` does not match template `labels`"));
                return;
            }
        }
    }

    private static void jobSpec(JsonNode spec, String path, List<Cause> causes) {
        var template = path + "template.spec";
        podSpec(Json.at(spec, "template", "spec"), template, causes);
        var policy = Json.text(spec, "template", "spec", "restartPolicy");
        if (!Set.of("OnFailure", "Never").contains(policy)) {
            causes.add(
                    policy.isEmpty()
                            ? Cause.required(
                                    template + ".restartPolicy",
                                    "valid values: \"OnFailure\", \"Never\"")
                            : Cause.unsupported(
                                    template + ".restartPolicy",
                                    "\"" + policy + "\"",
                                    "\"OnFailure\", \"Never\""));
        }
    }

    private static void podSpec(JsonNode spec, String path, List<Cause> causes) {
        if (spec.path("containers").isEmpty()) {
            causes.add(Cause.required(path + ".containers", ""));
        }
        var volumes = new HashSet<String>();
        spec.path("volumes").forEach(volume -> volumes.add(Json.text(volume, "name")));
        var names = new HashSet<String>();
        for (var list : List.of("initContainers", "containers")) {
            int i = 0;
            for (var container : spec.path(list)) {
                var place = path + "." + list + "[" + i++ + "]";
                var name = Json.text(container, "name");
                if (name.isEmpty()) {
                    causes.add(Cause.required(place + ".name", ""));
                } else if (!names.add(name)) {
                    causes.add(
                            new Cause(
                                    "FieldValueDuplicate",
                                    "Duplicate value: \"" + name + "\"",
                                    place + ".name"));
                }
                if (Json.text(container, "image").isEmpty()) {
                    causes.add(Cause.required(place + ".image", ""));
                }
                for (var port : container.path("ports")) {
                    port(port.path("containerPort"), place + ".ports.containerPort", causes);
                }
                for (var mount : container.path("volumeMounts")) {
                    var volume = Json.text(mount, "name");
                    // A StatefulSet's claims are volumes too, but only its pods name them.
                    if (!volumes.contains(volume) && path.equals("spec")) {
                        causes.add(
                                new Cause(
                                        "FieldValueNotFound",
                                        "Not found: \"" + volume + "\"",
                                        place + ".volumeMounts.name"));
                    }
                }
            }
        }
    }

    private static void port(JsonNode port, String place, List<Cause> causes) {
        if (port.asInt() < 1 || port.asInt() > 65535) {
            causes.add(
                    Cause.invalid(
                            place, port.asText("0"), "must be between 1 and 65535, inclusive"));
        }
    }

    private static void servicePorts(JsonNode spec, List<Cause> causes) {
        var type = Json.text(spec, "type");
        if (!Set.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName").contains(type)) {
            causes.add(
                    Cause.unsupported(
                            "spec.type",
                            "\"" + type + "\"",
                            "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""));
        }
        var headless = Json.text(spec, "clusterIP").equals("None");
        if (type.equals("ExternalName")) {
            if (Json.text(spec, "externalName").isEmpty()) {
                causes.add(Cause.required("spec.externalName", ""));
            }
        } else if (spec.path("ports").isEmpty() && !headless) {
            causes.add(Cause.required("spec.ports", ""));
        }
        int i = 0;
        for (var port : spec.path("ports")) {
            port(port.path("port"), "spec.ports[" + i + "].port", causes);
            if (spec.path("ports").size() > 1 && Json.text(port, "name").isEmpty()) {
                causes.add(Cause.required("spec.ports[" + i + "].name", ""));
            }
            i++;
        }
    }

    private static void crd(String name, JsonNode spec, List<Cause> causes) {
        var wanted = Json.text(spec, "names", "plural") + "." + Json.text(spec, "group");
        if (!name.equals(wanted)) {
            causes.add(
                    Cause.invalid(
                            "metadata.name",
                            "\"" + name + "\"",
                            "must be spec.names.plural+\".\"+spec.group"));
        }
        if (!Set.of("Namespaced", "Cluster").contains(Json.text(spec, "scope"))) {
            causes.add(
                    Cause.unsupported(
                            "spec.scope",
                            "\"" + Json.text(spec, "scope") + "\"",
                            "\"Cluster\", \"Namespaced\""));
        }
        if (Json.text(spec, "names", "kind").isEmpty()) {
            causes.add(Cause.required("spec.names.kind", ""));
        }
        int storage = 0;
        int i = 0;
        for (var version : spec.path("versions")) {
            storage += version.path("storage").asBoolean() ? 1 : 0;
            if (!Json.at(version, "schema", "openAPIV3Schema").isObject()) {
                causes.add(
                        Cause.required(
                                "spec.versions[" + i + "].schema.openAPIV3Schema",
                                "schemas are required"));
            }
            i++;
        }
        if (storage != 1) {
            causes.add(
                    Cause.invalid(
                            "spec.versions",
                            spec.path("versions").isEmpty() ? "[]" : "versions",
                            "must have exactly one version marked as storage version"));
        }
        if (Json.text(spec, "conversion", "strategy").equals("Webhook")) {
            throw Refusal.unsupported("conversion webhooks of custom resources");
        }
    }
}
