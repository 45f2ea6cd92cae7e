package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;
import static io.tiphys.core.model.Health.Status.UNKNOWN;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.Map;
import java.util.Optional;

/// The rules for Kubernetes' own kinds, and Argo's Workflows, that Argo CD has in code: the same
/// verdicts, the same messages.
final class BuiltInHealth {

    private BuiltInHealth() {}

    /// @return empty for a kind without a rule
    static Optional<Health> assess(LiveResource live) {
        var object = live.object();
        return Optional.ofNullable(
                switch (live.key().group() + "/" + live.key().kind()) {
                    case "apps/Deployment" -> WorkloadHealth.deployment(object);
                    case "apps/ReplicaSet" -> WorkloadHealth.replicaSet(object);
                    case "apps/StatefulSet" -> WorkloadHealth.statefulSet(object);
                    case "apps/DaemonSet" -> WorkloadHealth.daemonSet(object);
                    case "batch/Job" -> WorkloadHealth.job(object);
                    case "/Pod" -> PodHealth.assess(live);
                    case "/Service" -> service(object);
                    case "/PersistentVolumeClaim" -> claim(object);
                    case "networking.k8s.io/Ingress", "extensions/Ingress" -> balanced(object);
                    case "autoscaling/HorizontalPodAutoscaler" -> AutoscalerHealth.assess(live);
                    case "apiregistration.k8s.io/APIService" -> apiService(object);
                    case "argoproj.io/Workflow" -> workflow(object);
                    default -> null;
                });
    }

    private static Health service(Map<String, Object> object) {
        return Json.string(object, "spec", "type").equals("LoadBalancer")
                ? balanced(object)
                : Health.of(HEALTHY);
    }

    /// Reachable once a load balancer has told where.
    private static Health balanced(Map<String, Object> object) {
        return Health.of(
                Json.array(object, "status", "loadBalancer", "ingress").isEmpty()
                        ? PROGRESSING
                        : HEALTHY);
    }

    private static Health claim(Map<String, Object> object) {
        return Health.of(
                switch (Json.string(object, "status", "phase")) {
                    case "Bound" -> HEALTHY;
                    case "Pending" -> PROGRESSING;
                    case "Lost" -> DEGRADED;
                    default -> UNKNOWN;
                });
    }

    private static Health apiService(Map<String, Object> object) {
        var available = Conditions.find(object, "Available");
        if (available.isEmpty()) {
            return new Health(PROGRESSING, "Waiting to be processed");
        }
        return new Health(
                Conditions.isTrue(available) ? HEALTHY : PROGRESSING,
                Json.string(available, "reason") + ": " + Json.string(available, "message"));
    }

    private static Health workflow(Map<String, Object> object) {
        return new Health(
                switch (Json.string(object, "status", "phase")) {
                    case "", "Pending", "Running" -> PROGRESSING;
                    case "Succeeded" -> HEALTHY;
                    case "Failed", "Error" -> DEGRADED;
                    default -> UNKNOWN;
                },
                Json.string(object, "status", "message"));
    }
}
