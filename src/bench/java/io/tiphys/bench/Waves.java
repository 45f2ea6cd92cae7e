package io.tiphys.bench;

import io.tiphys.bench.FixedWaits.Gate;
import io.tiphys.bench.FixedWaits.Scene;
import io.tiphys.bench.SlowKind.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Ten waves of five resources that take their time: from the moment at which the last of a wave is
/// ready until the last of the next is written.
record Waves(Scene scene, int rounds) {

    private static final String NAME = "bench-waves";
    private static final String TWINS = "bench-waves-twin";
    private static final int WAVES = 10;
    private static final int OF_EACH = 5;
    private static final List<Stage> STAGES =
            List.of(Stage.AT_ONCE, Stage.SOON, Stage.LATER, Stage.LAGGING);

    List<Gate> gates() throws IOException {
        scene.namespace(TWINS);
        // Of these nobody knows yet what becomes of them: they have no status at all.
        push("new", Stage.SOON);
        scene.deploy(NAME, NAME, FixedWaits.RETRIED);
        awaitAll("new");
        var gates = new ArrayList<Gate>();
        for (int round = 0; round < rounds; round++) {
            for (var stage : STAGES) {
                gates.addAll(gates(round, stage));
            }
        }
        return gates;
    }

    private List<Gate> gates(int round, Stage stage) throws IOException {
        var value = "%d-%s".formatted(round, stage);
        var commit = push(value, stage);
        awaitAll(value);
        scene.ends().await(NAME, commit, "Succeeded");
        var gates = new ArrayList<Gate>();
        for (int wave = 1; wave < WAVES; wave++) {
            long ready = scene.kind().awaitReady(NAME, wave - 1, OF_EACH, value);
            long written = scene.kind().awaitWritten(NAME, wave, OF_EACH, value);
            gates.add(
                    new Gate(
                            "a wave is ready, %s: the next is written".formatted(stage.title()),
                            round,
                            (written - ready) / 1e6,
                            floor(value + "-" + wave)));
        }
        return gates;
    }

    private void awaitAll(String value) {
        for (int wave = 0; wave < WAVES; wave++) {
            scene.kind().awaitReady(NAME, wave, OF_EACH, value);
        }
    }

    private String push(String value, Stage stage) throws IOException {
        var files = new LinkedHashMap<String, String>();
        for (int wave = 0; wave < WAVES; wave++) {
            for (int i = 0; i < OF_EACH; i++) {
                files.put(
                        "%s/%s.yaml".formatted(NAME, SlowKind.name(wave, i)),
                        SlowKind.resource(wave, i, OF_EACH, stage, value));
            }
        }
        return scene.git().push(files);
    }

    /// A bare client that applies five twins as soon as its watch tells that another is ready.
    private double floor(String value) throws IOException {
        apply(0, value, Stage.AT_ONCE);
        long ready = scene.kind().awaitReady(TWINS, SlowKind.name(0, 0), value);
        Workers.forEach(OF_EACH, OF_EACH, it -> apply(it + 1, value, Stage.NEVER));
        long last = ready;
        for (int i = 1; i <= OF_EACH; i++) {
            last = Math.max(last, scene.kind().awaitWritten(TWINS, SlowKind.name(0, i), value));
        }
        return (last - ready) / 1e6;
    }

    private void apply(int number, String value, Stage stage) throws IOException {
        scene.cluster()
                .apply(
                        "/apis/pulumi.com/v1/namespaces/%s/stacks/%s"
                                .formatted(TWINS, SlowKind.name(0, number)),
                        SlowKind.resource(0, number, OF_EACH, stage, value));
    }
}
