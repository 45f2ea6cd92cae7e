package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.List;

/// What the server itself puts into an object when it is made.
final class FirstState {

    private FirstState() {}

    static void fill(ResourceType type, ObjectNode object) {
        switch (type.shelf()) {
            case "namespaces" -> {
                Json.child(object, "spec").putArray("finalizers").add("kubernetes");
                Json.child(object, "status").put("phase", "Active");
            }
            case "pods" ->
                    Json.child(object, "status")
                            .put("phase", "Pending")
                            .put("qosClass", qualityOfService(object));
            case "daemonsets.apps" -> {
                Json.child(object, "status");
                Json.child(object, "metadata", "annotations")
                        .put("deprecated.daemonset.template.generation", "1");
            }
            case "poddisruptionbudgets.policy" ->
                    Json.child(object, "status")
                            .put("disruptionsAllowed", 0)
                            .put("currentHealthy", 0)
                            .put("desiredHealthy", 0)
                            .put("expectedPods", 0);
            case "persistentvolumeclaims" -> Json.child(object, "status").put("phase", "Pending");
            case "services", "ingresses.networking.k8s.io" ->
                    Json.child(object, "status", "loadBalancer");
            case "jobs.batch" -> selectOwnPods(object);
            case "customresourcedefinitions.apiextensions.k8s.io" -> establish(object);
            default -> {
                if (type.status() && !type.custom()) {
                    Json.child(object, "status");
                }
            }
        }
    }

    private static String qualityOfService(ObjectNode pod) {
        var guaranteed = true;
        var burstable = false;
        for (var container : Json.at(pod, "spec", "containers")) {
            var limits = Json.at(container, "resources", "limits");
            var requests = Json.at(container, "resources", "requests");
            for (var resource : List.of("cpu", "memory")) {
                burstable |= limits.has(resource) || requests.has(resource);
                guaranteed &=
                        limits.has(resource)
                                && limits.path(resource).equals(requests.path(resource));
            }
        }
        return guaranteed ? "Guaranteed" : burstable ? "Burstable" : "BestEffort";
    }

    private static void selectOwnPods(ObjectNode job) {
        Json.child(job, "status");
        var spec = Json.child(job, "spec");
        if (spec.path("manualSelector").asBoolean()) {
            return;
        }
        var uid = Json.text(job, "metadata", "uid");
        var name = Json.text(job, "metadata", "name");
        if (spec.has("selector")) {
            throw Refusal.invalid(
                    new Refusal.Subject("batch", "Job", name),
                    List.of(
                            Refusal.Cause.invalid(
                                    "spec.selector",
                                    spec.path("selector").toString(),
                                    "`selector` not auto-generated")));
        }
        Json.child(spec, "selector", "matchLabels").put("batch.kubernetes.io/controller-uid", uid);
        nameJob(Json.child(spec, "template", "metadata", "labels"), uid, name);
        // The server labels the job through its template, where the job has no labels of its own.
        if (Json.at(job, "metadata", "labels").isEmpty()) {
            nameJob(Json.child(job, "metadata", "labels"), uid, name);
        }
    }

    private static void nameJob(ObjectNode labels, String uid, String name) {
        labels.put("batch.kubernetes.io/controller-uid", uid);
        labels.put("batch.kubernetes.io/job-name", name);
        labels.put("controller-uid", uid);
        labels.put("job-name", name);
    }

    private static void establish(ObjectNode crd) {
        var status = Json.child(crd, "status");
        var time = Json.text(crd, "metadata", "creationTimestamp");
        var conditions = status.putArray("conditions");
        conditions
                .addObject()
                .put("lastTransitionTime", time)
                .put("message", "no conflicts found")
                .put("reason", "NoConflicts")
                .put("status", "True")
                .put("type", "NamesAccepted");
        conditions
                .addObject()
                .put("lastTransitionTime", time)
                .put("message", "the initial names have been accepted")
                .put("reason", "InitialNamesAccepted")
                .put("status", "True")
                .put("type", "Established");
        status.set("acceptedNames", crd.at("/spec/names").deepCopy());
        var stored = status.putArray("storedVersions");
        for (var version : crd.at("/spec/versions")) {
            if (version.path("storage").asBoolean()) {
                stored.add(Json.text(version, "name"));
            }
        }
    }
}
