package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// B6: how long a sync stands still that could go on: between waves, around hooks, in a hundred
/// Applications at once, and after a failure whose cause went away; then [Heals]. Who goes on
/// before it may has failed, however quick that was.
final class FixedWaits {

    static final double MILLIS_PER_GATE = 20;
    static final double APPLIES_PER_GATE = 1.2;

    /// With which an Application fails and is tried again.
    static final String RETRIED =
            ", \"automated\": {\"prune\": true, \"selfHeal\": true}, \"retry\": {\"limit\": 5}";

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Options options;

    FixedWaits(Options options) {
        this.options = options;
    }

    /// What the parts have in common.
    record Scene(Service service, Cluster cluster, SampleClone git, SlowKind kind, Ends ends) {

        void deploy(String name, String folder, String policy) throws IOException {
            cluster.create(
                    Cluster.APPLICATIONS,
                    Samples.application(
                            name, service.sampleRepository(), folder, ".", name, policy));
        }

        void namespace(String name) throws IOException {
            cluster.create(
                    "/api/v1/namespaces",
                    """
                    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
                    """
                            .formatted(name));
        }
    }

    /// From what a sync waits for to what it then does, in milliseconds.
    ///
    /// @param floor from the same change to as many bare applies as it then does
    record Gate(String what, int round, double millis, double floor) {

        double beyondApply() {
            return millis - APPLIES_PER_GATE * floor;
        }
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB6 No fixed waits: %d rounds (the first not counted)%n", options.rounds());
        var result = new LinkedHashMap<String, Object>();
        try (var service = Service.start();
                var cluster = service.cluster();
                var git = SampleClone.of(service);
                var kind = SlowKind.define(cluster)) {
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            var ends = new Ends();
            cluster.watch(Cluster.APPLICATIONS, ends::changed);
            var scene = new Scene(service, cluster, git, kind, ends);
            var verdicts = new Verdicts();
            var gates = new ArrayList<Gate>();
            gates.addAll(new Waves(scene, options.rounds()).gates());
            gates.addAll(new Hooks(scene, options.rounds()).gates());
            judge(gates, verdicts);
            new ManyWaves(scene, options.waving()).judge(verdicts);
            new Mending(scene, options.rounds()).judge(verdicts);
            verdicts.add("nobody went on early: %d did".formatted(kind.early()), kind.early() == 0);
            result.put("verdicts", verdicts.printed());
            result.put("gates", gates);
        }
        result.put("heals", new Heals(options).run());
        return result;
    }

    private static void judge(List<Gate> gates, Verdicts verdicts) {
        System.out.printf(
                "%n%-44s %10s %10s %10s%n", "from ... to", "p50 ms", "max ms", "floor ms");
        for (var what : gates.stream().map(Gate::what).distinct().toList()) {
            var counted =
                    gates.stream().filter(it -> it.what.equals(what) && it.round > 0).toList();
            System.out.printf(
                    "%-44s %10.1f %10.1f %10.1f%n",
                    what,
                    Statistics.median(counted.stream().map(Gate::millis).toList()),
                    counted.stream().mapToDouble(Gate::millis).max().orElseThrow(),
                    Statistics.median(counted.stream().map(Gate::floor).toList()));
            var beyond =
                    Statistics.spread(
                            counted.stream()
                                    .map(Gate::round)
                                    .distinct()
                                    .map(round -> beyondApply(counted, round))
                                    .toList());
            verdicts.add(
                    "%s: beyond %s of an apply, ms: %s <= %.0f"
                            .formatted(what, APPLIES_PER_GATE, beyond, MILLIS_PER_GATE),
                    beyond.atMost(MILLIS_PER_GATE));
        }
    }

    private static double beyondApply(List<Gate> gates, int round) {
        return Statistics.median(
                gates.stream().filter(it -> it.round == round).map(Gate::beyondApply).toList());
    }

    /// When operations were seen to have ended, and how.
    static final class Ends {

        private record End(long at, String phase) {}

        private final Map<String, End> ends = new ConcurrentHashMap<>();
        private final Map<String, Long> failures = new ConcurrentHashMap<>();

        void changed(JsonNode event) {
            long now = System.nanoTime();
            var object = event.path("object");
            var state = object.at("/status/operationState");
            var revision = state.at("/syncResult/revision").asText();
            var key = object.at("/metadata/name").asText() + revision;
            var phase = state.path("phase").asText();
            if (!phase.equals("Running") && !phase.isEmpty()) {
                ends.putIfAbsent(key, new End(now, phase));
            } else if (state.path("retryCount").asInt() > 0) {
                failures.putIfAbsent(key, now);
            }
        }

        /// @throws IllegalStateException if it ended otherwise
        long await(String application, String commit, String phase) {
            var key = application + commit;
            Patience.until(
                    PATIENCE,
                    "the operation of " + application + " at " + commit + " has ended",
                    () -> ends.containsKey(key));
            var end = ends.get(key);
            if (!end.phase.equals(phase)) {
                throw new IllegalStateException(application + " is " + end.phase);
            }
            return end.at;
        }

        /// Until a try has failed that is to be made again.
        long awaitFailure(String application, String commit) {
            var key = application + commit;
            Patience.until(
                    PATIENCE, application + " has failed once", () -> failures.containsKey(key));
            return failures.get(key);
        }
    }
}
