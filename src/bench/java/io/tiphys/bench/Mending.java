package io.tiphys.bench;

import io.tiphys.bench.FixedWaits.Scene;
import io.tiphys.bench.SlowKind.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/// A sync fails because what it wrote is ill, and this mends by itself after 1.5 s, long before the
/// next try is due: from the watch's word of it to the first write of the try.
record Mending(Scene scene, int rounds) {

    private static final String NAME = "bench-mending";
    private static final double TARGET_MILLIS = 100;

    void judge(Verdicts verdicts) throws IOException {
        push("new", Stage.SOON);
        scene.deploy(NAME, NAME, FixedWaits.RETRIED);
        scene.kind().awaitReady(NAME, 1, 1, "new");
        var waits = new ArrayList<Double>();
        for (int round = 0; round < rounds; round++) {
            var value = "round-" + round;
            var commit = push(value, Stage.FAILING);
            long failed = scene.ends().awaitFailure(NAME, commit);
            long ready = scene.kind().awaitReady(NAME, 0, 1, value);
            if (ready < failed) {
                throw new IllegalStateException("It was well before the sync had failed");
            }
            long written = scene.kind().awaitWritten(NAME, 1, 1, value);
            scene.ends().await(NAME, commit, "Succeeded");
            if (round > 0) {
                waits.add((written - ready) / 1e6);
            }
        }
        var spread = Statistics.spread(waits);
        verdicts.add(
                "a failed sync goes on once it can, after ms: %s <= %.0f"
                        .formatted(spread, TARGET_MILLIS),
                spread.atMost(TARGET_MILLIS));
    }

    private String push(String value, Stage first) throws IOException {
        return scene.git()
                .push(
                        Map.of(
                                NAME + "/0.yaml",
                                SlowKind.resource(0, 0, 1, first, value),
                                NAME + "/1.yaml",
                                SlowKind.resource(1, 0, 1, Stage.AT_ONCE, value)));
    }
}
