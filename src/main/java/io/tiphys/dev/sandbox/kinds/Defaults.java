package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// Fills what a real server fills into built-in kinds: the fields over which a careless diff trips.
final class Defaults {

    private Defaults() {}

    static void fill(ResourceType type, ObjectNode object) {
        Canonical.write(object, type.schema());
        switch (type.shelf()) {
            case "secrets" -> secret(object);
            case "services" -> service(spec(object));
            case "pods" -> PodDefaults.pod(spec(object));
            case "persistentvolumeclaims" ->
                    Json.putIfAbsent(spec(object), "volumeMode", "Filesystem");
            case "persistentvolumes" -> volumeOfCluster(spec(object));
            case "namespaces" ->
                    Json.child(object, "metadata", "labels")
                            .put(
                                    "kubernetes.io/metadata.name",
                                    Json.text(object, "metadata", "name"));
            case "deployments.apps" -> deployment(spec(object));
            case "replicasets.apps" -> {
                Json.putIfAbsent(spec(object), "replicas", 1);
                template(spec(object), "Always");
            }
            case "statefulsets.apps" -> statefulSet(spec(object));
            case "daemonsets.apps" -> daemonSet(object);
            case "jobs.batch" -> job(spec(object));
            case "cronjobs.batch" -> cronJob(spec(object));
            case "networkpolicies.networking.k8s.io" -> networkPolicy(spec(object));
            case "rolebindings.rbac.authorization.k8s.io",
                    "clusterrolebindings.rbac.authorization.k8s.io" ->
                    subjects(object);
            case "clusterroles.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io" -> {
                if (!object.has("rules")) {
                    object.putNull("rules");
                }
            }
            case "horizontalpodautoscalers.autoscaling" -> autoscaler(spec(object));
            case "storageclasses.storage.k8s.io" -> {
                Json.putIfAbsent(object, "reclaimPolicy", "Delete");
                Json.putIfAbsent(object, "volumeBindingMode", "Immediate");
            }
            case "priorityclasses.scheduling.k8s.io" ->
                    Json.putIfAbsent(object, "preemptionPolicy", "PreemptLowerPriority");
            case "ingressclasses.networking.k8s.io" -> {
                if (spec(object).get("parameters") instanceof ObjectNode parameters) {
                    Json.putIfAbsent(parameters, "scope", "Cluster");
                }
            }
            case "validatingwebhookconfigurations.admissionregistration.k8s.io" ->
                    Json.objects(object.path("webhooks")).forEach(Defaults::webhook);
            case "mutatingwebhookconfigurations.admissionregistration.k8s.io" ->
                    Json.objects(object.path("webhooks"))
                            .forEach(
                                    webhook -> {
                                        webhook(webhook);
                                        Json.putIfAbsent(webhook, "reinvocationPolicy", "Never");
                                    });
            case "validatingadmissionpolicies.admissionregistration.k8s.io" -> {
                Json.putIfAbsent(spec(object), "failurePolicy", "Fail");
                matched(Json.child(spec(object), "matchConstraints"));
            }
            case "validatingadmissionpolicybindings.admissionregistration.k8s.io" -> {
                if (spec(object).get("matchResources") instanceof ObjectNode resources) {
                    matched(resources);
                }
            }
            case "csidrivers.storage.k8s.io" -> driver(spec(object));
            case "apiservices.apiregistration.k8s.io" -> {
                if (spec(object).get("service") instanceof ObjectNode service) {
                    Json.putIfAbsent(service, "port", 443);
                }
            }
            case "customresourcedefinitions.apiextensions.k8s.io" -> crd(spec(object));
            default -> {}
        }
    }

    private static ObjectNode spec(ObjectNode object) {
        return Json.child(object, "spec");
    }

    private static void secret(ObjectNode secret) {
        Json.putIfAbsent(secret, "type", "Opaque");
        if (secret.remove("stringData") instanceof ObjectNode plain) {
            var data = Json.child(secret, "data");
            for (var entry : plain.properties()) {
                var bytes = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
                data.put(entry.getKey(), Base64.getEncoder().encodeToString(bytes));
            }
        }
    }

    private static void service(ObjectNode spec) {
        Json.putIfAbsent(spec, "type", "ClusterIP");
        Json.putIfAbsent(spec, "sessionAffinity", "None");
        if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
            Json.putIfAbsent(
                    Json.child(spec, "sessionAffinityConfig", "clientIP"),
                    "timeoutSeconds",
                    10_800);
        }
        for (var port : Json.objects(spec.path("ports"))) {
            Json.putIfAbsent(port, "protocol", "TCP");
            if (!port.hasNonNull("targetPort") && !spec.path("clusterIP").asText().equals("None")) {
                port.set("targetPort", port.path("port"));
            }
        }
        if (!spec.path("type").asText().equals("ExternalName")) {
            Json.putIfAbsent(spec, "internalTrafficPolicy", "Cluster");
            Json.putIfAbsent(spec, "ipFamilyPolicy", "SingleStack");
            if (!spec.has("ipFamilies")) {
                spec.putArray("ipFamilies").add("IPv4");
            }
        }
        if (List.of("LoadBalancer", "NodePort").contains(spec.path("type").asText())) {
            Json.putIfAbsent(spec, "externalTrafficPolicy", "Cluster");
        }
        if (spec.path("type").asText().equals("LoadBalancer")
                && !spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    private static void deployment(ObjectNode spec) {
        Json.putIfAbsent(spec, "replicas", 1);
        Json.putIfAbsent(spec, "revisionHistoryLimit", 10);
        Json.putIfAbsent(spec, "progressDeadlineSeconds", 600);
        var strategy = Json.child(spec, "strategy");
        Json.putIfAbsent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            var rolling = Json.child(strategy, "rollingUpdate");
            Json.putIfAbsent(rolling, "maxSurge", "25%");
            Json.putIfAbsent(rolling, "maxUnavailable", "25%");
        }
        template(spec, "Always");
    }

    private static void statefulSet(ObjectNode spec) {
        Json.putIfAbsent(spec, "replicas", 1);
        Json.putIfAbsent(spec, "revisionHistoryLimit", 10);
        Json.putIfAbsent(spec, "podManagementPolicy", "OrderedReady");
        if (!spec.has("serviceName")) {
            spec.put("serviceName", "");
        }
        var strategy = Json.child(spec, "updateStrategy");
        Json.putIfAbsent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            Json.putIfAbsent(Json.child(strategy, "rollingUpdate"), "partition", 0);
        }
        var retention = Json.child(spec, "persistentVolumeClaimRetentionPolicy");
        Json.putIfAbsent(retention, "whenDeleted", "Retain");
        Json.putIfAbsent(retention, "whenScaled", "Retain");
        for (var claim : Json.objects(spec.path("volumeClaimTemplates"))) {
            Json.putIfAbsent(claim, "apiVersion", "v1");
            Json.putIfAbsent(claim, "kind", "PersistentVolumeClaim");
            Json.putIfAbsent(spec(claim), "volumeMode", "Filesystem");
            Json.putIfAbsent(Json.child(claim, "status"), "phase", "Pending");
        }
        template(spec, "Always");
    }

    private static void daemonSet(ObjectNode object) {
        var spec = spec(object);
        Json.putIfAbsent(spec, "revisionHistoryLimit", 10);
        var strategy = Json.child(spec, "updateStrategy");
        Json.putIfAbsent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            Json.putIfAbsent(Json.child(strategy, "rollingUpdate"), "maxSurge", 0);
            Json.putIfAbsent(Json.child(strategy, "rollingUpdate"), "maxUnavailable", 1);
        }
        template(spec, "Always");
    }

    private static void job(ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        Json.putIfAbsent(spec, "parallelism", 1);
        Json.putIfAbsent(spec, "backoffLimit", 6);
        Json.putIfAbsent(spec, "completionMode", "NonIndexed");
        Json.putIfAbsent(spec, "podReplacementPolicy", "TerminatingOrFailed");
        if (!spec.has("suspend")) {
            spec.put("suspend", false);
        }
        if (!spec.has("manualSelector")) {
            spec.put("manualSelector", false);
        }
        template(spec, "");
    }

    private static void cronJob(ObjectNode spec) {
        Json.putIfAbsent(spec, "concurrencyPolicy", "Allow");
        Json.putIfAbsent(spec, "successfulJobsHistoryLimit", 3);
        Json.putIfAbsent(spec, "failedJobsHistoryLimit", 1);
        if (!spec.has("suspend")) {
            spec.put("suspend", false);
        }
        Json.child(spec, "jobTemplate", "metadata");
        var job = Json.child(spec, "jobTemplate", "spec");
        Json.child(job, "template", "metadata");
        template(job, "");
    }

    private static void autoscaler(ObjectNode spec) {
        Json.putIfAbsent(spec, "minReplicas", 1);
        if (spec.path("metrics").isEmpty()) {
            var metric = spec.putArray("metrics").addObject().put("type", "Resource");
            var resource = metric.putObject("resource").put("name", "cpu");
            resource.putObject("target").put("type", "Utilization").put("averageUtilization", 80);
        }
        if (spec.get("behavior") instanceof ObjectNode behavior) {
            var up = Json.child(behavior, "scaleUp");
            Json.putIfAbsent(up, "stabilizationWindowSeconds", 0);
            scaling(up, List.of("Pods", "Percent"));
            scaling(Json.child(behavior, "scaleDown"), List.of("Percent"));
        }
    }

    private static void scaling(ObjectNode rules, List<String> types) {
        Json.putIfAbsent(rules, "selectPolicy", "Max");
        if (rules.path("policies").isEmpty()) {
            for (var type : types) {
                Json.list(rules, "policies")
                        .addObject()
                        .put("type", type)
                        .put("value", type.equals("Pods") ? 4 : 100)
                        .put("periodSeconds", 15);
            }
        }
    }

    private static void volumeOfCluster(ObjectNode spec) {
        Json.putIfAbsent(spec, "persistentVolumeReclaimPolicy", "Retain");
        Json.putIfAbsent(spec, "volumeMode", "Filesystem");
        PodDefaults.volumeSource(spec);
    }

    private static void webhook(ObjectNode webhook) {
        Json.putIfAbsent(webhook, "failurePolicy", "Fail");
        Json.putIfAbsent(webhook, "timeoutSeconds", 10);
        matched(webhook);
        if (Json.at(webhook, "clientConfig", "service") instanceof ObjectNode service) {
            Json.putIfAbsent(service, "port", 443);
        }
    }

    private static void matched(ObjectNode selection) {
        Json.putIfAbsent(selection, "matchPolicy", "Equivalent");
        Json.child(selection, "namespaceSelector");
        Json.child(selection, "objectSelector");
        for (var rules : List.of("rules", "resourceRules", "excludeResourceRules")) {
            Json.objects(selection.path(rules))
                    .forEach(rule -> Json.putIfAbsent(rule, "scope", "*"));
        }
    }

    private static void driver(ObjectNode spec) {
        Json.putIfAbsent(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        for (var no :
                List.of("podInfoOnMount", "requiresRepublish", "seLinuxMount", "storageCapacity")) {
            if (!spec.has(no)) {
                spec.put(no, false);
            }
        }
        if (!spec.has("attachRequired")) {
            spec.put("attachRequired", true);
        }
        if (!spec.has("volumeLifecycleModes")) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
    }

    private static void networkPolicy(ObjectNode spec) {
        Json.child(spec, "podSelector");
        if (!spec.has("policyTypes")) {
            var types = spec.putArray("policyTypes").add("Ingress");
            if (spec.has("egress")) {
                types.add("Egress");
            }
        }
        for (var direction : List.of("ingress", "egress")) {
            for (var rule : Json.objects(spec.path(direction))) {
                Json.objects(rule.path("ports"))
                        .forEach(port -> Json.putIfAbsent(port, "protocol", "TCP"));
            }
        }
    }

    private static void subjects(ObjectNode binding) {
        for (var subject : Json.objects(binding.path("subjects"))) {
            if (!Json.text(subject, "kind").equals("ServiceAccount")) {
                Json.putIfAbsent(subject, "apiGroup", "rbac.authorization.k8s.io");
            }
        }
        var role = Json.child(binding, "roleRef");
        Json.putIfAbsent(role, "apiGroup", "rbac.authorization.k8s.io");
    }

    private static void crd(ObjectNode spec) {
        var names = Json.child(spec, "names");
        var kind = Json.text(names, "kind");
        if (!kind.isEmpty()) {
            Json.putIfAbsent(names, "listKind", kind + "List");
            Json.putIfAbsent(names, "singular", kind.toLowerCase(Locale.ROOT));
        }
        Json.putIfAbsent(Json.child(spec, "conversion"), "strategy", "None");
    }

    private static void template(ObjectNode owner, String restartPolicy) {
        var spec = Json.child(owner, "template", "spec");
        if (!restartPolicy.isEmpty()) {
            Json.putIfAbsent(spec, "restartPolicy", restartPolicy);
        }
        PodDefaults.podSpec(spec);
    }
}
