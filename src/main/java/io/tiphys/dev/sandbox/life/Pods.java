package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Plays scheduler and kubelet: a pod runs at once, or as its annotations say
/// (`sandbox.tiphys.io/ready-after`, `sandbox.tiphys.io/outcome`).
final class Pods {

    private static final Deletion NOW = new Deletion("Background", "", "", 0, false);

    private final Workbench bench;

    /// When the pods become ready that were told to take their time; forgotten with the pod.
    private final Map<String, Instant> due = new ConcurrentHashMap<>();

    Pods(Workbench bench) {
        this.bench = bench;
    }

    static boolean ready(ObjectNode pod) {
        for (var condition : Json.at(pod, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    static boolean finished(ObjectNode pod) {
        var phase = Json.text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    static boolean active(ObjectNode pod) {
        return !finished(pod) && !Workbench.leaving(pod);
    }

    void gone(String uid) {
        due.remove(uid);
    }

    void reconcile(Key key, ObjectNode pod) {
        if (Workbench.leaving(pod)) {
            if (Json.integer(pod, 0, "metadata", "deletionGracePeriodSeconds") > 0) {
                bench.delete(key, NOW);
            }
            return;
        }
        if (Json.text(pod, "spec", "nodeName").isEmpty()) {
            bench.changeInside(
                    key,
                    object -> {
                        Json.child(object, "spec").put("nodeName", "sandbox");
                        return object;
                    });
        }
        if (finished(pod)) {
            return;
        }
        var wait = waitFor(pod);
        if (wait.isPositive()) {
            bench.later(key, wait);
            bench.status(key, status -> starting(pod, status, "ContainerCreating"));
            return;
        }
        bench.status(key, status -> settle(pod, status));
    }

    private Duration waitFor(ObjectNode pod) {
        var delay = Workbench.annotation(pod, "ready-after");
        if (delay.isEmpty()) {
            return Duration.ZERO;
        }
        var now = bench.now();
        var at = due.computeIfAbsent(Workbench.uid(pod), _ -> now.plus(Delays.parse(delay)));
        return Duration.between(now, at);
    }

    private void settle(ObjectNode pod, ObjectNode status) {
        var outcome = Workbench.annotation(pod, "outcome");
        var completes = !Json.text(pod, "spec", "restartPolicy").equals("Always");
        switch (outcome) {
            case "image-pull-failure" -> starting(pod, status, "ImagePullBackOff");
            case "crash-loop" -> {
                start(status, "Running");
                ready(status, false);
                containers(pod, status, false, Pods::crashing);
            }
            case "job-fails" -> {
                if (completes) {
                    finish(pod, status, "Failed", 1);
                } else {
                    run(pod, status);
                }
            }
            default -> {
                if (completes) {
                    finish(pod, status, "Succeeded", 0);
                } else {
                    run(pod, status);
                }
            }
        }
    }

    private void starting(ObjectNode pod, ObjectNode status, String reason) {
        start(status, "Pending");
        ready(status, false);
        containers(
                pod,
                status,
                false,
                container ->
                        container.putObject("state").putObject("waiting").put("reason", reason));
    }

    private void run(ObjectNode pod, ObjectNode status) {
        start(status, "Running");
        ready(status, true);
        var since = Json.text(status, "startTime");
        containers(
                pod,
                status,
                true,
                container ->
                        container.putObject("state").putObject("running").put("startedAt", since));
    }

    private void finish(ObjectNode pod, ObjectNode status, String phase, int exitCode) {
        start(status, phase);
        ready(status, false);
        var since = Json.text(status, "startTime");
        containers(
                pod,
                status,
                false,
                container ->
                        container
                                .putObject("state")
                                .putObject("terminated")
                                .put("exitCode", exitCode)
                                .put("reason", exitCode == 0 ? "Completed" : "Error")
                                .put("startedAt", since)
                                .put("finishedAt", bench.timestamp()));
    }

    private static void crashing(ObjectNode container) {
        container.put("restartCount", 3);
        container
                .putObject("state")
                .putObject("waiting")
                .put("reason", "CrashLoopBackOff")
                .put("message", "back-off 40s restarting failed container");
        container
                .putObject("lastState")
                .putObject("terminated")
                .put("exitCode", 1)
                .put("reason", "Error");
    }

    private void start(ObjectNode status, String phase) {
        status.put("phase", phase);
        Json.putIfAbsent(status, "startTime", bench.timestamp());
        Json.putIfAbsent(status, "hostIP", "127.0.0.1");
        Json.putIfAbsent(status, "podIP", "127.0.0.1");
        if (!status.has("podIPs")) {
            status.putArray("podIPs").addObject().put("ip", "127.0.0.1");
        }
        bench.condition(status, "PodScheduled", true, "", "");
        bench.condition(status, "Initialized", true, "", "");
    }

    private void ready(ObjectNode status, boolean ready) {
        var reason =
                ready
                        ? ""
                        : status.path("phase").asText().equals("Succeeded")
                                ? "PodCompleted"
                                : "ContainersNotReady";
        bench.condition(status, "ContainersReady", ready, reason, reason);
        bench.condition(status, "Ready", ready, reason, reason);
    }

    private static void containers(
            ObjectNode pod, ObjectNode status, boolean ready, Consumer<ObjectNode> state) {
        var list = status.putArray("containerStatuses");
        for (JsonNode container : Json.at(pod, "spec", "containers")) {
            var node = list.addObject();
            node.put("name", Json.text(container, "name"));
            node.put("image", Json.text(container, "image")).put("imageID", "");
            node.put("ready", ready).put("started", ready).put("restartCount", 0);
            state.accept(node);
        }
    }
}
