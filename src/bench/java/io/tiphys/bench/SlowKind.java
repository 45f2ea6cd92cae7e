package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A custom kind whose resources take their time to become ready, with its controller: it says in
/// their status what each asks for in its `spec.stage`. On one watch and one clock it sees when
/// they are written and when they are ready, and whether somebody went on too early.
final class SlowKind implements AutoCloseable {

    static final String ALL = "/apis/pulumi.com/v1/stacks";

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final String DEFINITION =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "stacks.pulumi.com"},
             "spec": {"group": "pulumi.com", "scope": "Namespaced",
              "names": {"kind": "Stack", "plural": "stacks", "singular": "stack",
               "listKind": "StackList"},
              "versions": [{"name": "v1", "served": true, "storage": true,
               "subresources": {"status": {}},
               "schema": {"openAPIV3Schema": {"type": "object",
                "properties": {
                 "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                 "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}}]}}
            """;

    private static final String STATUS =
            """
            {"status": {"observedGeneration": %d,
             "conditions": [{"type": "%s", "status": "%s"}, {"type": "%s", "status": "%s"}]}}
            """;

    /// How its controller treats a new specification.
    enum Stage {
        /// Ready as soon as the controller sees it.
        AT_ONCE(Duration.ZERO),
        /// The controller says at once that it is at work.
        SOON(Duration.ofMillis(50)),
        LATER(Duration.ofMillis(500)),
        /// The controller says nothing for so long: the status is a healthy one of the generation
        /// before.
        LAGGING(Duration.ofMillis(500)),
        /// It fails, and mends by itself.
        FAILING(Duration.ofMillis(1500)),
        /// There is no controller.
        NEVER(Duration.ZERO);

        private final Duration after;

        Stage(Duration after) {
            this.after = after;
        }

        String title() {
            return "%s (%d ms)".formatted(name().toLowerCase(Locale.ROOT), after.toMillis());
        }
    }

    private final Cluster cluster;
    private final Map<String, Long> written = new ConcurrentHashMap<>();
    private final Map<String, Long> ready = new ConcurrentHashMap<>();
    private final Map<String, Long> tended = new ConcurrentHashMap<>();
    private final AtomicInteger early = new AtomicInteger();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private volatile CountDownLatch allowed = new CountDownLatch(0);

    private SlowKind(Cluster cluster) {
        this.cluster = cluster;
    }

    static SlowKind define(Cluster cluster) throws IOException {
        cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION);
        Patience.until(PATIENCE, "the kind is served", () -> isServed(cluster));
        var kind = new SlowKind(cluster);
        cluster.watch(ALL, kind::changed);
        return kind;
    }

    private static boolean isServed(Cluster cluster) {
        try {
            return cluster.get(ALL).has("items");
        } catch (IOException notYet) {
            return false;
        }
    }

    /// @param ofEachWave how many there are in each wave
    /// @param value what is another one after each change
    static String resource(int wave, int number, int ofEachWave, Stage stage, String value) {
        return """
        {"apiVersion": "pulumi.com/v1", "kind": "Stack",
         "metadata": {"name": "%s", "annotations": {"argocd.argoproj.io/sync-wave": "%d"}},
         "spec": {"wave": %d, "ofEachWave": %d, "stage": "%s", "value": "%s"}}
        """
                .formatted(name(wave, number), wave, wave, ofEachWave, stage, value);
    }

    static String name(int wave, int number) {
        return wave + "-" + number;
    }

    /// From now on nothing becomes ready until [#release].
    void hold() {
        allowed = new CountDownLatch(1);
    }

    void release() {
        allowed.countDown();
    }

    /// Resources that were written before all of the wave before were ready for the same change.
    int early() {
        return early.get();
    }

    long awaitWritten(String namespace, String name, String value) {
        return await(written, key(namespace, name, value), " is written");
    }

    /// When the last of a wave was.
    long awaitWritten(String namespace, int wave, int ofEachWave, String value) {
        return IntStream.range(0, ofEachWave)
                .mapToLong(it -> awaitWritten(namespace, name(wave, it), value))
                .max()
                .orElseThrow();
    }

    long awaitReady(String namespace, String name, String value) {
        return await(ready, key(namespace, name, value), " is ready");
    }

    /// When the last of a wave was.
    long awaitReady(String namespace, int wave, int ofEachWave, String value) {
        return IntStream.range(0, ofEachWave)
                .mapToLong(it -> awaitReady(namespace, name(wave, it), value))
                .max()
                .orElseThrow();
    }

    private static long await(Map<String, Long> seen, String key, String what) {
        Patience.until(PATIENCE, key + what, () -> seen.containsKey(key));
        return seen.get(key);
    }

    private static String key(String namespace, String name, String value) {
        return namespace + "/" + name + "/" + value;
    }

    private void changed(JsonNode event) {
        long now = System.nanoTime();
        var object = event.path("object");
        var namespace = object.at("/metadata/namespace").asText();
        var name = object.at("/metadata/name").asText();
        var value = object.at("/spec/value").asText();
        var key = key(namespace, name, value);
        if (written.putIfAbsent(key, now) == null && !precedingAreReady(object)) {
            early.incrementAndGet();
        }
        long generation = object.at("/metadata/generation").asLong();
        boolean seen = object.at("/status/observedGeneration").asLong() == generation;
        if (seen && isReady(object)) {
            ready.putIfAbsent(key, now);
        }
        var uid = object.at("/metadata/uid").asText();
        if (!event.path("type").asText().equals("DELETED")
                && !Long.valueOf(generation).equals(tended.put(uid, generation))) {
            tend(object, generation);
        }
    }

    private boolean precedingAreReady(JsonNode object) {
        int wave = object.at("/spec/wave").asInt();
        var namespace = object.at("/metadata/namespace").asText();
        var value = object.at("/spec/value").asText();
        var before = namespace + "/" + (wave - 1) + "-";
        long readyBefore =
                ready.keySet().stream()
                        .filter(it -> it.startsWith(before) && it.endsWith("/" + value))
                        .count();
        return wave == 0 || readyBefore == object.at("/spec/ofEachWave").asLong();
    }

    private static boolean isReady(JsonNode object) {
        for (var condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private void tend(JsonNode object, long generation) {
        var stage = Stage.valueOf(object.at("/spec/stage").asText());
        var path =
                "/apis/pulumi.com/v1/namespaces/%s/stacks/%s"
                        .formatted(
                                object.at("/metadata/namespace").asText(),
                                object.at("/metadata/name").asText());
        switch (stage) {
            case NEVER, AT_ONCE, LAGGING -> {}
            case SOON, LATER -> soon(path, generation, "Ready", "False", "Stalled");
            case FAILING -> soon(path, generation, "Stalled", "True", "Ready");
        }
        if (stage != Stage.NEVER) {
            var _ =
                    clock.schedule(
                            () -> soon(path, generation, "Ready", "True", "Stalled"),
                            stage.after.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void soon(String path, long generation, String type, String is, String otherwise) {
        var status = STATUS.formatted(generation, type, is, otherwise, "False");
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                allowed.await();
                                cluster.patchStatus(path, status);
                            } catch (InterruptedException | IOException failed) {
                                throw new IllegalStateException("No status for " + path, failed);
                            }
                        });
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
