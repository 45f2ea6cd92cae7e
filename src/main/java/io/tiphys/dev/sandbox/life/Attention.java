package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Lets the controllers of workloads be late: where `observed-after` says so, they see a new
/// generation only after that long, and `status.observedGeneration` lags.
final class Attention {

    /// When a generation will be seen.
    private record Due(int generation, Instant at) {}

    private final InstantSource clock;
    private final Map<String, Due> due = new ConcurrentHashMap<>();

    Attention(InstantSource clock) {
        this.clock = clock;
    }

    /// How long the object's newest generation is not seen yet.
    Duration wait(ObjectNode workload) {
        var delay = Workbench.annotation(workload, "observed-after");
        int generation = Workbench.generation(workload);
        if (delay.isEmpty()
                || Json.integer(workload, 0, "status", "observedGeneration") == generation) {
            return Duration.ZERO;
        }
        var seen =
                due.compute(
                        Workbench.uid(workload),
                        (_, known) ->
                                known != null && known.generation == generation
                                        ? known
                                        : new Due(
                                                generation,
                                                clock.instant().plus(Delays.parse(delay))));
        return Duration.between(clock.instant(), seen.at);
    }

    void gone(String uid) {
        due.remove(uid);
    }
}
