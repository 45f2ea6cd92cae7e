package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.List;
import java.util.Set;

/// Names the changes of built-in kinds that a server refuses.
final class Immutables {

    private static final Set<String> STATEFUL_SET_CHANGES =
            Set.of(
                    "replicas",
                    "ordinals",
                    "template",
                    "updateStrategy",
                    "revisionHistoryLimit",
                    "persistentVolumeClaimRetentionPolicy",
                    "minReadySeconds");

    private Immutables() {}

    static void check(ResourceType type, ObjectNode live, ObjectNode next, List<Cause> causes) {
        switch (type.shelf()) {
            case "deployments.apps", "replicasets.apps", "daemonsets.apps" ->
                    immutable(live, next, causes, "spec", "selector");
            case "jobs.batch" -> {
                immutable(live, next, causes, "spec", "selector");
                immutable(live, next, causes, "spec", "completionMode");
                if (!Json.text(live, "spec", "completionMode").equals("Indexed")) {
                    immutable(live, next, causes, "spec", "completions");
                }
                var suspended = Json.at(live, "spec", "suspend").asBoolean();
                if (!suspended) {
                    immutable(live, next, causes, "spec", "template");
                }
            }
            case "services" -> {
                var before = Json.at(live, "spec", "clusterIPs");
                var after = Json.at(next, "spec", "clusterIPs");
                var external = Json.text(next, "spec", "type").equals("ExternalName");
                if (!before.isEmpty() && !external && !before.equals(after)) {
                    causes.add(
                            Cause.invalid(
                                    "spec.clusterIPs[0]",
                                    after.toString(),
                                    "may not change once set"));
                }
            }
            case "statefulsets.apps" -> onlyThese(live, next, STATEFUL_SET_CHANGES, causes);
            case "pods" -> podChange(live, next, causes);
            case "persistentvolumeclaims" -> claimChange(live, next, causes);
            case "rolebindings.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io" -> {
                if (!live.path("roleRef").equals(next.path("roleRef"))) {
                    causes.add(
                            Cause.invalid(
                                    "roleRef",
                                    next.path("roleRef").toString(),
                                    "cannot change roleRef"));
                }
            }
            case "storageclasses.storage.k8s.io" -> {
                forbidden(live, next, causes, "provisioner");
                forbidden(live, next, causes, "parameters");
                immutable(live, next, causes, "volumeBindingMode");
            }
            case "secrets" -> {
                immutable(live, next, causes, "type");
                sealed(live, next, causes);
            }
            case "configmaps" -> sealed(live, next, causes);
            case "customresourcedefinitions.apiextensions.k8s.io" -> {
                immutable(live, next, causes, "spec", "group");
                immutable(live, next, causes, "spec", "scope");
            }
            default -> {}
        }
    }

    private static void immutable(
            JsonNode live, JsonNode next, List<Cause> causes, String... path) {
        if (!Json.at(live, path).equals(Json.at(next, path))) {
            causes.add(
                    Cause.invalid(
                            String.join(".", path),
                            Json.at(next, path).isMissingNode()
                                    ? "null"
                                    : Json.at(next, path).toString(),
                            "field is immutable"));
        }
    }

    private static void forbidden(JsonNode live, JsonNode next, List<Cause> causes, String field) {
        if (!live.path(field).equals(next.path(field))) {
            causes.add(Cause.forbidden(field, "updates to " + field + " are forbidden."));
        }
    }

    private static void onlyThese(
            ObjectNode live, ObjectNode next, Set<String> allowed, List<Cause> causes) {
        var before = Json.child(live.deepCopy(), "spec").remove(allowed);
        var after = Json.child(next.deepCopy(), "spec").remove(allowed);
        if (!before.equals(after)) {
            causes.add(
                    Cause.forbidden(
                            "spec",
                            "updates to statefulset spec for fields other than 'replicas',"
                                    + " 'ordinals', 'template', 'updateStrategy',"
                                    + " 'revisionHistoryLimit',"
                                    + " 'persistentVolumeClaimRetentionPolicy' and"
                                    + " 'minReadySeconds' are forbidden"));
        }
    }

    private static void podChange(ObjectNode live, ObjectNode next, List<Cause> causes) {
        if (!comparablePod(live).equals(comparablePod(next))) {
            causes.add(
                    Cause.forbidden(
                            "spec",
                            "pod updates may not change fields other than"
                                    + " `spec.containers[*].image`,"
                                    + "`spec.initContainers[*].image`,"
                                    + "`spec.activeDeadlineSeconds`,`spec.tolerations`,"
                                    + "`spec.terminationGracePeriodSeconds`"));
        }
    }

    private static ObjectNode comparablePod(ObjectNode pod) {
        var spec = Json.child(pod.deepCopy(), "spec");
        spec.remove(
                List.of(
                        "activeDeadlineSeconds",
                        "tolerations",
                        "terminationGracePeriodSeconds",
                        "nodeName"));
        for (var list : List.of("containers", "initContainers")) {
            Json.objects(spec.path(list)).forEach(container -> container.remove("image"));
        }
        return spec;
    }

    private static void claimChange(ObjectNode live, ObjectNode next, List<Cause> causes) {
        var changeable = List.of("resources", "volumeName", "volumeAttributesClassName");
        var before = Json.child(live.deepCopy(), "spec").remove(changeable);
        var after = Json.child(next.deepCopy(), "spec").remove(changeable);
        if (!before.equals(after)) {
            causes.add(
                    Cause.forbidden(
                            "spec",
                            "spec is immutable after creation except resources.requests and"
                                    + " volumeAttributesClassName for bound claims"));
        }
    }

    private static void sealed(ObjectNode live, ObjectNode next, List<Cause> causes) {
        if (live.path("immutable").asBoolean()) {
            for (var field : List.of("data", "binaryData", "immutable")) {
                if (!live.path(field).equals(next.path(field))) {
                    causes.add(
                            Cause.forbidden(field, "field is immutable when `immutable` is set"));
                }
            }
        }
    }
}
