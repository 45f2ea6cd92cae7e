package io.tiphys.core.health;

import static io.tiphys.core.health.Conditions.isTrue;
import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;
import static io.tiphys.core.model.Health.Status.SUSPENDED;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.util.Map;

/// The rules for what runs Pods, with the messages that `kubectl rollout status` made known.
/// Numbers that the API server fills in (`spec.replicas`) are compared only where they are.
final class WorkloadHealth {

    private WorkloadHealth() {}

    static Health deployment(Map<String, Object> object) {
        if (Json.bool(object, "spec", "paused")) {
            return new Health(SUSPENDED, "Deployment is paused");
        }
        if (!observed(object)) {
            return notObserved("deployment");
        }
        var progressing = Conditions.find(object, "Progressing");
        if (Json.string(progressing, "reason").equals("ProgressDeadlineExceeded")) {
            return new Health(
                    DEGRADED,
                    "Deployment \"%s\" exceeded its progress deadline".formatted(name(object)));
        }
        long wanted = Json.number(object, 0, "spec", "replicas");
        long updated = status(object, "updatedReplicas");
        long all = status(object, "replicas");
        long available = status(object, "availableReplicas");
        if (updated < wanted) {
            return rollout(
                    "%d out of %d new replicas have been updated...".formatted(updated, wanted));
        }
        if (all > updated) {
            return rollout("%d old replicas are pending termination...".formatted(all - updated));
        }
        if (available < updated) {
            return rollout(
                    "%d of %d updated replicas are available...".formatted(available, updated));
        }
        return Health.of(HEALTHY);
    }

    static Health replicaSet(Map<String, Object> object) {
        if (!observed(object)) {
            return notObserved("replica set");
        }
        var failure = Conditions.find(object, "ReplicaFailure");
        if (isTrue(failure)) {
            return new Health(DEGRADED, Json.string(failure, "message"));
        }
        long wanted = Json.number(object, 0, "spec", "replicas");
        long available = status(object, "availableReplicas");
        return available < wanted
                ? rollout("%d out of %d new replicas are available...".formatted(available, wanted))
                : Health.of(HEALTHY);
    }

    static Health statefulSet(Map<String, Object> object) {
        if (status(object, "observedGeneration") == 0 || !observed(object)) {
            return new Health(PROGRESSING, "Waiting for statefulset spec update to be observed...");
        }
        long wanted = Json.number(object, 0, "spec", "replicas");
        long ready = status(object, "readyReplicas");
        long updated = status(object, "updatedReplicas");
        if (ready < wanted) {
            return new Health(
                    PROGRESSING, "Waiting for %d pods to be ready...".formatted(wanted - ready));
        }
        var strategy = Json.object(object, "spec", "updateStrategy");
        if (Json.string(strategy, "type").equals("RollingUpdate")
                && Json.at(strategy, "rollingUpdate") instanceof Map<?, ?>) {
            long kept = Json.number(strategy, wanted, "rollingUpdate", "partition");
            return updated < wanted - kept
                    ? new Health(
                            PROGRESSING,
                            "Waiting for partitioned roll out to finish: %d out of %d new pods have been updated..."
                                    .formatted(updated, wanted - kept))
                    : new Health(
                            HEALTHY,
                            "partitioned roll out complete: %d new pods have been updated..."
                                    .formatted(updated));
        }
        if (Json.string(strategy, "type").equals("OnDelete")) {
            return new Health(HEALTHY, "statefulset has %d ready pods".formatted(ready));
        }
        var target = Json.string(object, "status", "updateRevision");
        var current = Json.string(object, "status", "currentRevision");
        return target.equals(current)
                ? new Health(
                        HEALTHY,
                        "statefulset rolling update complete %d pods at revision %s..."
                                .formatted(status(object, "currentReplicas"), current))
                : new Health(
                        PROGRESSING,
                        "waiting for statefulset rolling update to complete %d pods at revision %s..."
                                .formatted(updated, target));
    }

    static Health daemonSet(Map<String, Object> object) {
        if (!observed(object)) {
            return notObserved("daemon set");
        }
        long wanted = status(object, "desiredNumberScheduled");
        long updated = status(object, "updatedNumberScheduled");
        long available = status(object, "numberAvailable");
        var newPods = "%d out of %d new pods have been updated".formatted(updated, wanted);
        if (Json.string(object, "spec", "updateStrategy", "type").equals("OnDelete")) {
            return new Health(HEALTHY, "daemon set " + newPods);
        }
        if (updated < wanted) {
            return daemonRollout(object, newPods + "...");
        }
        if (available < wanted) {
            return daemonRollout(
                    object, "%d of %d updated pods are available...".formatted(available, wanted));
        }
        return Health.of(HEALTHY);
    }

    /// A condition that is there counts, whatever its status: Job controllers add them when they
    /// are met. Failure comes before all else.
    static Health job(Map<String, Object> object) {
        var failed = Conditions.find(object, "Failed");
        if (!failed.isEmpty()) {
            return new Health(DEGRADED, Json.string(failed, "message"));
        }
        var suspended = Conditions.find(object, "Suspended");
        if (isTrue(suspended)) {
            return new Health(SUSPENDED, Json.string(suspended, "message"));
        }
        var complete = Conditions.find(object, "Complete");
        if (!complete.isEmpty()) {
            return new Health(HEALTHY, Json.string(complete, "message"));
        }
        return suspended.isEmpty()
                ? Health.of(PROGRESSING)
                : new Health(HEALTHY, Json.string(suspended, "message"));
    }

    /// A status that its controller wrote before it saw the newest specification says nothing.
    private static boolean observed(Map<String, Object> object) {
        return status(object, "observedGeneration")
                >= Json.number(object, 0, "metadata", "generation");
    }

    private static Health notObserved(String what) {
        return rollout("observed %s generation less than desired generation".formatted(what));
    }

    private static Health rollout(String what) {
        return new Health(PROGRESSING, "Waiting for rollout to finish: " + what);
    }

    private static Health daemonRollout(Map<String, Object> object, String what) {
        return new Health(
                PROGRESSING,
                "Waiting for daemon set \"%s\" rollout to finish: %s"
                        .formatted(name(object), what));
    }

    private static long status(Map<String, Object> object, String field) {
        return Json.number(object, 0, "status", field);
    }

    private static String name(Map<String, Object> object) {
        return Json.string(object, "metadata", "name");
    }
}
