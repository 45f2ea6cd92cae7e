package io.tiphys.bench;

import io.tiphys.bench.FixedWaits.Scene;
import io.tiphys.bench.SlowKind.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Many Applications of five waves that one push changes. Nothing becomes ready before all of them
/// wait for it: whoever holds a worker while it waits never gets there.
record ManyWaves(Scene scene, int applications) {

    private static final String NAME = "bench-many-waves";
    private static final String TWINS = "bench-many-waves-twin";
    private static final int WAVES = 5;
    private static final int CONNECTIONS = 16;

    void judge(Verdicts verdicts) throws IOException {
        scene.namespace(TWINS);
        var commit = push("new");
        for (int i = 0; i < applications; i++) {
            scene.deploy(name(i), NAME + "/" + i, FixedWaits.RETRIED);
        }
        awaitEnd(commit);
        scene.kind().hold();
        commit = push("changed");
        long waiting = 0;
        for (int i = 0; i < applications; i++) {
            waiting = scene.kind().awaitWritten(name(i), SlowKind.name(0, 0), "changed");
        }
        long released = System.nanoTime();
        scene.kind().release();
        double millis = (awaitEnd(commit) - released) / 1e6;
        double floor = floor();
        System.out.printf(
                "%n%d Applications of %d waves: from the first readiness to the last end %.0f ms,"
                        + " %.1f ms a gate; their bare applies %.0f ms%n",
                applications, WAVES, millis, millis / (applications * (WAVES - 1)), floor);
        verdicts.add(
                "%d Applications wait for their first wave at the same time"
                        .formatted(applications),
                waiting > 0);
    }

    private long awaitEnd(String commit) {
        long last = 0;
        for (int i = 0; i < applications; i++) {
            last = Math.max(last, scene.ends().await(name(i), commit, "Succeeded"));
        }
        return last;
    }

    private String push(String value) throws IOException {
        var files = new LinkedHashMap<String, String>();
        for (int i = 0; i < applications; i++) {
            for (int wave = 0; wave < WAVES; wave++) {
                files.put(
                        "%s/%d/%d.yaml".formatted(NAME, i, wave),
                        SlowKind.resource(wave, 0, 1, Stage.AT_ONCE, value));
            }
        }
        return scene.git().push(files);
    }

    /// As many applies as after the first wave, by a bare client.
    private double floor() throws IOException {
        var took = new ArrayList<Double>();
        for (var value : new String[] {"first", "second"}) {
            long began = System.nanoTime();
            Workers.forEach(
                    CONNECTIONS,
                    applications * (WAVES - 1),
                    it ->
                            scene.cluster()
                                    .apply(
                                            "/apis/pulumi.com/v1/namespaces/%s/stacks/%s"
                                                    .formatted(TWINS, SlowKind.name(0, it)),
                                            SlowKind.resource(0, it, 1, Stage.NEVER, value)));
            took.add((System.nanoTime() - began) / 1e6);
        }
        return took.getLast();
    }

    private static String name(int number) {
        return NAME + "-" + number;
    }
}
