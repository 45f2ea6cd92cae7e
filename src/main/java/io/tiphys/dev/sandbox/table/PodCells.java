package io.tiphys.dev.sandbox.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Instant;

/// Sums up in a word or a number what a pod's containers do.
final class PodCells {

    private PodCells() {}

    static String podReady(JsonNode pod) {
        var ready =
                Json.objects(pod.at("/status/containerStatuses")).stream()
                        .filter(it -> it.path("ready").asBoolean())
                        .filter(it -> it.at("/state/running").isObject())
                        .count();
        return ready + "/" + pod.at("/spec/containers").size();
    }

    static String podStatus(JsonNode pod) {
        var phase = Json.text(pod, "status", "phase");
        var reason = pod.at("/status/reason").asText(phase);
        var initialising = initialising(pod);
        if (!initialising.isEmpty()) {
            reason = initialising;
        } else {
            boolean running = false;
            for (var container : Json.objects(pod.at("/status/containerStatuses")).reversed()) {
                var state = container.path("state");
                if (state.path("waiting").hasNonNull("reason")) {
                    reason = Json.text(state, "waiting", "reason");
                } else if (state.path("terminated").isObject()) {
                    reason = ended(state.path("terminated"));
                } else if (state.path("running").isObject()) {
                    running |= container.path("ready").asBoolean();
                }
            }
            if (reason.equals("Completed") && running) {
                reason = Cells.condition(pod, "Ready") ? "Running" : "NotReady";
            }
        }
        var over = phase.equals("Succeeded") || phase.equals("Failed");
        return Cells.leaving(pod) && !over ? "Terminating" : reason;
    }

    private static String initialising(JsonNode pod) {
        int done = 0;
        for (var container : pod.at("/status/initContainerStatuses")) {
            var ended = container.at("/state/terminated");
            if (ended.isObject() && ended.path("exitCode").asInt() != 0) {
                return "Init:" + ended(ended);
            }
            if (!ended.isObject()) {
                var waiting = container.at("/state/waiting/reason").asText("");
                return waiting.isEmpty() || waiting.equals("PodInitializing")
                        ? "Init:" + done + "/" + pod.at("/spec/initContainers").size()
                        : "Init:" + waiting;
            }
            done++;
        }
        return "";
    }

    private static String ended(JsonNode terminated) {
        if (terminated.hasNonNull("reason")) {
            return Json.text(terminated, "reason");
        }
        return terminated.path("signal").asInt() != 0
                ? "Signal:" + terminated.path("signal").asInt()
                : "ExitCode:" + terminated.path("exitCode").asInt();
    }

    static JsonNode podRestarts(JsonNode pod, Instant now) {
        int restarts = 0;
        var last = "";
        for (var container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asInt();
            var ended = container.at("/lastState/terminated/finishedAt").asText("");
            last = last.compareTo(ended) < 0 ? ended : last;
        }
        return TextNode.valueOf(
                restarts == 0 || last.isEmpty()
                        ? Integer.toString(restarts)
                        : restarts + " (" + Ages.since(last, now) + " ago)");
    }
}
