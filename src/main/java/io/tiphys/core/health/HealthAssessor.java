package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;
import static io.tiphys.core.model.Health.Status.SUSPENDED;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.Map;
import java.util.Optional;

/// Assesses one resource by the rule for its kind, with Argo CD's verdicts.
public final class HealthAssessor {

    private HealthAssessor() {}

    /// @return empty for a kind without a rule: its existence is all that can be asked of it
    public static Optional<Health> assess(LiveResource live) {
        if (live.beingDeleted() && !live.isKeptForItsResult()) {
            return Optional.of(new Health(PROGRESSING, "Pending deletion"));
        }
        var object = live.object();
        return switch (live.key().group() + "/" + live.key().kind()) {
            case "apps/Deployment" -> Optional.of(deployment(object));
            case "apps/ReplicaSet" -> Optional.of(replicaSet(object));
            case "apps/StatefulSet" -> Optional.of(statefulSet(object));
            case "apps/DaemonSet" -> Optional.of(daemonSet(object));
            case "batch/Job" -> Optional.of(job(object));
            case "/Pod" -> Optional.of(PodHealth.assess(object));
            case "/Service" -> Optional.of(service(object));
            default -> Optional.empty();
        };
    }

    private static Health deployment(Map<String, Object> object) {
        if (Json.bool(object, "spec", "paused")) {
            return new Health(SUSPENDED, "Deployment is paused");
        }
        if (!observed(object)) {
            return waiting("the new specification was not observed yet");
        }
        var progressing = condition(object, "Progressing");
        if (Json.string(progressing, "reason").equals("ProgressDeadlineExceeded")) {
            return new Health(
                    DEGRADED,
                    "Deployment \"%s\" exceeded its progress deadline".formatted(name(object)));
        }
        long wanted = Json.number(object, 1, "spec", "replicas");
        long updated = Json.number(object, 0, "status", "updatedReplicas");
        long all = Json.number(object, 0, "status", "replicas");
        long available = Json.number(object, 0, "status", "availableReplicas");
        if (updated < wanted) {
            return waiting("%d of %d new replicas are updated".formatted(updated, wanted));
        }
        if (all > updated) {
            return waiting("%d old replicas are pending termination".formatted(all - updated));
        }
        if (available < updated) {
            return waiting("%d of %d updated replicas are available".formatted(available, updated));
        }
        return Health.of(HEALTHY);
    }

    private static Health replicaSet(Map<String, Object> object) {
        if (!observed(object)) {
            return waiting("the new specification was not observed yet");
        }
        var failure = condition(object, "ReplicaFailure");
        if (Json.string(failure, "status").equals("True")) {
            return new Health(DEGRADED, Json.string(failure, "message"));
        }
        return available(object);
    }

    private static Health statefulSet(Map<String, Object> object) {
        if (!observed(object)) {
            return waiting("the new specification was not observed yet");
        }
        long wanted = Json.number(object, 1, "spec", "replicas");
        long ready = Json.number(object, 0, "status", "readyReplicas");
        long updated = Json.number(object, 0, "status", "updatedReplicas");
        if (ready < wanted) {
            return waiting("%d of %d replicas are ready".formatted(ready, wanted));
        }
        var strategy = Json.string(object, "spec", "updateStrategy", "type");
        if (strategy.equals("OnDelete")) {
            return Health.of(HEALTHY);
        }
        long kept = Json.number(object, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
        if (updated < wanted - kept) {
            return waiting("%d of %d replicas are updated".formatted(updated, wanted - kept));
        }
        return Health.of(HEALTHY);
    }

    private static Health daemonSet(Map<String, Object> object) {
        if (!observed(object)) {
            return waiting("the new specification was not observed yet");
        }
        long wanted = Json.number(object, 0, "status", "desiredNumberScheduled");
        long updated = Json.number(object, 0, "status", "updatedNumberScheduled");
        long available = Json.number(object, 0, "status", "numberAvailable");
        if (Json.string(object, "spec", "updateStrategy", "type").equals("OnDelete")) {
            return Health.of(HEALTHY);
        }
        if (updated < wanted) {
            return waiting("%d of %d new pods are updated".formatted(updated, wanted));
        }
        if (available < wanted) {
            return waiting("%d of %d pods are available".formatted(available, wanted));
        }
        return Health.of(HEALTHY);
    }

    private static Health job(Map<String, Object> object) {
        var failed = condition(object, "Failed");
        if (Json.string(failed, "status").equals("True")) {
            return new Health(DEGRADED, Json.string(failed, "message"));
        }
        var complete = condition(object, "Complete");
        if (Json.string(complete, "status").equals("True")) {
            return new Health(HEALTHY, Json.string(complete, "message"));
        }
        var suspended = condition(object, "Suspended");
        if (Json.string(suspended, "status").equals("True")) {
            return new Health(SUSPENDED, Json.string(suspended, "message"));
        }
        return Health.of(PROGRESSING);
    }

    private static Health service(Map<String, Object> object) {
        if (Json.string(object, "spec", "type").equals("LoadBalancer")
                && Json.array(object, "status", "loadBalancer", "ingress").isEmpty()) {
            return Health.of(PROGRESSING);
        }
        return Health.of(HEALTHY);
    }

    private static Health available(Map<String, Object> object) {
        long wanted = Json.number(object, 1, "spec", "replicas");
        long available = Json.number(object, 0, "status", "availableReplicas");
        return available < wanted
                ? waiting("%d of %d replicas are available".formatted(available, wanted))
                : Health.of(HEALTHY);
    }

    /// A status that its controller wrote before it saw the newest specification says nothing.
    private static boolean observed(Map<String, Object> object) {
        return Json.number(object, 0, "status", "observedGeneration")
                >= Json.number(object, 0, "metadata", "generation");
    }

    private static Health waiting(String what) {
        return new Health(PROGRESSING, "Waiting for rollout to finish: " + what);
    }

    private static Map<String, Object> condition(Map<String, Object> object, String type) {
        for (var condition : Json.array(object, "status", "conditions")) {
            if (Json.string(condition, "type").equals(type)) {
                return Json.object(condition);
            }
        }
        return Map.of();
    }

    private static String name(Map<String, Object> object) {
        return Json.string(object, "metadata", "name");
    }
}
