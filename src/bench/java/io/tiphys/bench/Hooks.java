package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.bench.FixedWaits.Gate;
import io.tiphys.bench.FixedWaits.Scene;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A Job before the sync of a ConfigMap and one after it, of 200 ms each; and a Job that fails,
/// after which nothing may be written.
final class Hooks {

    private static final String NAME = "bench-hooks";
    private static final String FAILING = "bench-hook-fails";
    private static final String TWINS = "bench-hooks-twin";
    private static final String CONFIG_MAP = "hooked";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Scene scene;
    private final int rounds;
    private final Map<String, Long> written = new ConcurrentHashMap<>();
    private final Map<String, Long> made = new ConcurrentHashMap<>();
    private final Map<String, Long> complete = new ConcurrentHashMap<>();

    Hooks(Scene scene, int rounds) {
        this.scene = scene;
        this.rounds = rounds;
    }

    List<Gate> gates() throws IOException {
        scene.cluster().watch("/api/v1/configmaps", this::configMap);
        scene.cluster().watch("/apis/batch/v1/jobs", this::job);
        scene.namespace(TWINS);
        push(NAME, "new", "");
        scene.deploy(NAME, NAME, FixedWaits.RETRIED);
        await(complete, key(NAME, "after", "new"));
        var gates = new ArrayList<Gate>();
        for (int round = 0; round < rounds; round++) {
            gates.addAll(gates(round, "round-" + round));
        }
        requireStopAtFailure();
        return gates;
    }

    private List<Gate> gates(int round, String value) throws IOException {
        var commit = push(NAME, value, "");
        long begun = await(complete, key(NAME, "before", value));
        long synced = await(written, key(NAME, CONFIG_MAP, value));
        long after = await(made, key(NAME, "after", value));
        long finished = await(complete, key(NAME, "after", value));
        long ended = scene.ends().await(NAME, commit, "Succeeded");
        if (synced < begun || after < synced || ended < finished) {
            throw new IllegalStateException("A phase began early at " + commit);
        }
        double floor = floor(value);
        return List.of(
                new Gate(
                        "PreSync is complete: the first is written",
                        round,
                        millis(begun, synced),
                        floor),
                new Gate(
                        "the last is written: PostSync is made",
                        round,
                        millis(synced, after),
                        floor),
                new Gate(
                        "PostSync is complete: the sync has ended",
                        round,
                        millis(finished, ended),
                        floor));
    }

    private void requireStopAtFailure() throws IOException {
        var commit = push(FAILING, "never", "sandbox.tiphys.io/outcome: job-fails");
        scene.deploy(FAILING, FAILING, FixedWaits.RETRIED);
        scene.ends().awaitFailure(FAILING, commit);
        Patience.pause(Duration.ofSeconds(1));
        if (written.containsKey(key(FAILING, CONFIG_MAP, "never"))) {
            throw new IllegalStateException("Something was written after a Job that failed");
        }
    }

    private String push(String folder, String value, String annotation) throws IOException {
        return scene.git()
                .push(
                        Map.of(
                                folder + "/before.yaml",
                                job("before", "PreSync", value, annotation),
                                folder + "/after.yaml",
                                job("after", "PostSync", value, ""),
                                folder + "/configmap.yaml",
                                Samples.configMap(CONFIG_MAP, "", value)));
    }

    private static String job(String name, String phase, String value, String annotation) {
        return """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: %s
          labels: {value: "%s"}
          annotations: {argocd.argoproj.io/hook: %s}
        spec:
          backoffLimit: 0
          template:
            metadata:
              annotations:
                sandbox.tiphys.io/ready-after: 200ms
                %s
            spec:
              restartPolicy: Never
              containers: [{name: job, image: example/job}]
        """
                .formatted(name, value, phase, annotation);
    }

    /// A bare client that applies a twin as soon as its watch tells that another was written.
    private double floor(String value) throws IOException {
        apply("first", value);
        long first = await(written, key(TWINS, "first", value));
        apply("second", value);
        return millis(first, await(written, key(TWINS, "second", value)));
    }

    private void apply(String name, String value) throws IOException {
        scene.cluster()
                .apply(
                        "/api/v1/namespaces/" + TWINS + "/configmaps/" + name,
                        Samples.configMap(name, TWINS, value));
    }

    private void configMap(JsonNode event) {
        written.putIfAbsent(key(event, "/object/data/value"), System.nanoTime());
    }

    private void job(JsonNode event) {
        long now = System.nanoTime();
        var key = key(event, "/object/metadata/labels/value");
        made.putIfAbsent(key, now);
        if (event.at("/object/status").has("completionTime")) {
            complete.putIfAbsent(key, now);
        }
    }

    private static String key(JsonNode event, String value) {
        return key(
                event.at("/object/metadata/namespace").asText(),
                event.at("/object/metadata/name").asText(),
                event.at(value).asText());
    }

    private static String key(String namespace, String name, String value) {
        return namespace + "/" + name + "/" + value;
    }

    private static long await(Map<String, Long> seen, String key) {
        Patience.until(PATIENCE, key + " is seen", () -> seen.containsKey(key));
        return seen.get(key);
    }

    private static double millis(long from, long to) {
        return (to - from) / 1e6;
    }
}
