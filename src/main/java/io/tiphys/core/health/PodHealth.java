package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;
import static io.tiphys.core.model.Health.Status.UNKNOWN;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.Map;
import java.util.stream.Stream;

/// The rule for Pods: a container that cannot start makes it Degraded while its phase still hopes.
///
/// Pods that end by themselves (`restartPolicy` Never or OnFailure) are waited for while they run,
/// as hooks are. Who runs such a Pod for long says so by an annotation, which hooks cannot use.
final class PodHealth {

    private PodHealth() {}

    static Health assess(LiveResource live) {
        var pod = live.object();
        var message = Json.string(pod, "status", "message");
        boolean lasting = lasting(live);
        if (lasting) {
            var stuck =
                    containers(pod, "containerStatuses")
                            .map(container -> Json.object(container, "state", "waiting"))
                            .filter(waiting -> stuck(Json.string(waiting, "reason")))
                            .map(waiting -> Json.string(waiting, "message"))
                            .toList();
            if (!stuck.isEmpty()) {
                return new Health(DEGRADED, String.join(", ", stuck));
            }
        }
        return switch (Json.string(pod, "status", "phase")) {
            case "Pending" -> new Health(PROGRESSING, message);
            case "Succeeded" -> new Health(HEALTHY, message);
            case "Failed" -> new Health(DEGRADED, message.isEmpty() ? failure(pod) : message);
            case "Running" ->
                    lasting ? running(pod, message) : new Health(endsByItself(pod), message);
            default -> new Health(UNKNOWN, message);
        };
    }

    private static Health running(Map<String, Object> pod, String message) {
        if (Conditions.isTrue(Conditions.find(pod, "Ready"))) {
            return new Health(HEALTHY, message);
        }
        boolean endedBefore =
                containers(pod, "containerStatuses")
                        .anyMatch(it -> !Json.object(it, "lastState", "terminated").isEmpty());
        return new Health(endedBefore ? DEGRADED : PROGRESSING, message);
    }

    /// What the first container that failed says, init containers first.
    private static String failure(Map<String, Object> pod) {
        return Stream.concat(
                        containers(pod, "initContainerStatuses"),
                        containers(pod, "containerStatuses"))
                .map(PodHealth::failureOf)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String failureOf(Object container) {
        var ended = Json.object(container, "state", "terminated");
        var message = Json.string(ended, "message");
        if (!message.isEmpty()) {
            return message;
        }
        if (Json.string(ended, "reason").equals("OOMKilled")) {
            return "OOMKilled";
        }
        long code = Json.number(ended, 0, "exitCode");
        return code == 0
                ? ""
                : "container \"%s\" failed with exit code %d"
                        .formatted(Json.string(container, "name"), code);
    }

    private static boolean stuck(String reason) {
        return reason.startsWith("Err") || reason.endsWith("Error") || reason.endsWith("BackOff");
    }

    private static boolean lasting(LiveResource live) {
        boolean said =
                live.annotations()
                                .getOrDefault(Annotations.IGNORE_RESTART_POLICY, "")
                                .equals("true")
                        && !live.isHook();
        return said || restartPolicy(live.object()).equals("Always");
    }

    private static Health.Status endsByItself(Map<String, Object> pod) {
        return switch (restartPolicy(pod)) {
            case "OnFailure", "Never" -> PROGRESSING;
            default -> UNKNOWN;
        };
    }

    /// The API server fills in the default.
    private static String restartPolicy(Map<String, Object> pod) {
        var policy = Json.string(pod, "spec", "restartPolicy");
        return policy.isEmpty() ? "Always" : policy;
    }

    private static Stream<Object> containers(Map<String, Object> pod, String list) {
        return Json.array(pod, "status", list).stream();
    }
}
