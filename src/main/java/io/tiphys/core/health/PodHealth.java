package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;
import static io.tiphys.core.model.Health.Status.UNKNOWN;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.util.Map;

/// The rule for Pods: a container that cannot start makes it Degraded while its phase still hopes.
final class PodHealth {

    private PodHealth() {}

    static Health assess(Map<String, Object> pod) {
        var message = Json.string(pod, "status", "message");
        boolean always = restartPolicy(pod).equals("Always");
        if (always) {
            for (var container : Json.array(pod, "status", "containerStatuses")) {
                var waiting = Json.object(container, "state", "waiting");
                if (stuck(Json.string(waiting, "reason"))) {
                    return new Health(DEGRADED, Json.string(waiting, "message"));
                }
            }
        }
        return switch (Json.string(pod, "status", "phase")) {
            case "Pending" -> new Health(PROGRESSING, message);
            case "Succeeded" -> new Health(HEALTHY, message);
            case "Failed" -> new Health(DEGRADED, message);
            case "Running" -> always ? running(pod, message) : new Health(PROGRESSING, message);
            default -> new Health(UNKNOWN, message);
        };
    }

    private static Health running(Map<String, Object> pod, String message) {
        for (var condition : Json.array(pod, "status", "conditions")) {
            if (Json.string(condition, "type").equals("Ready")
                    && Json.string(condition, "status").equals("True")) {
                return new Health(HEALTHY, message);
            }
        }
        for (var container : Json.array(pod, "status", "containerStatuses")) {
            if (!Json.object(container, "lastState", "terminated").isEmpty()) {
                return new Health(DEGRADED, message);
            }
        }
        return new Health(PROGRESSING, message);
    }

    private static boolean stuck(String reason) {
        return reason.startsWith("Err") || reason.endsWith("Error") || reason.endsWith("BackOff");
    }

    private static String restartPolicy(Map<String, Object> pod) {
        var policy = Json.string(pod, "spec", "restartPolicy");
        return policy.isEmpty() ? "Always" : policy;
    }
}
