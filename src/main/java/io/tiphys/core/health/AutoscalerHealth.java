package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;
import static io.tiphys.core.model.Health.Status.UNKNOWN;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The rule for HorizontalPodAutoscalers. In `autoscaling/v1` the conditions are an annotation that
/// the API server writes, as JSON.
final class AutoscalerHealth {

    private static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";

    private static final Set<String> FAILURES =
            Set.of(
                    "AbleToScale FailedGetScale",
                    "AbleToScale FailedUpdateScale",
                    "ScalingActive FailedGetResourceMetric",
                    "ScalingActive FailedGetObjectMetric",
                    "ScalingActive FailedGetPodsMetric",
                    "ScalingActive FailedGetExternalMetric",
                    "ScalingActive FailedComputeMetricsReplicas",
                    "ScalingActive InvalidSelector");

    private AutoscalerHealth() {}

    static Health assess(LiveResource live) {
        if (!live.type().version().equals("v1")) {
            return assess(Json.array(live.object(), "status", "conditions"));
        }
        try {
            var json = live.annotations().getOrDefault(CONDITIONS, "[]");
            // JSON is YAML.
            return new Load(LoadSettings.builder().build()).loadFromString(json)
                            instanceof List<?> conditions
                    ? assess(List.copyOf(conditions))
                    : new Health(UNKNOWN, "The annotation " + CONDITIONS + " holds no list");
        } catch (YamlEngineException | StackOverflowError unreadable) {
            return new Health(UNKNOWN, "The annotation " + CONDITIONS + " is not JSON");
        }
    }

    private static Health assess(List<?> conditions) {
        for (var condition : conditions) {
            if (FAILURES.contains(
                    Json.string(condition, "type") + " " + Json.string(condition, "reason"))) {
                return new Health(DEGRADED, Json.string(condition, "message"));
            }
        }
        for (var condition : conditions) {
            var type = Json.string(condition, "type");
            if ((type.equals("AbleToScale") || type.equals("ScalingLimited"))
                    && Json.string(condition, "status").equals("True")) {
                return new Health(HEALTHY, Json.string(condition, "message"));
            }
        }
        return new Health(PROGRESSING, "Waiting to Autoscale");
    }
}
