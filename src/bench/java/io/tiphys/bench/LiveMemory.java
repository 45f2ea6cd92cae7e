package io.tiphys.bench;

import io.tiphys.cluster.CacheProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// B9: what a live object takes of the heap, one that an Application tracks and one that none does,
/// and how long it takes to know them all, beside a bare list of the same.
final class LiveMemory {

    private static final double TARGET_MANAGED = 1_200;
    private static final double TARGET_UNMANAGED = 200;
    private static final double TARGET_START = 1.3;

    private final int step;
    private final int rounds;
    private final Verdicts verdicts = new Verdicts();
    private final Map<String, Object> results = new LinkedHashMap<>();

    /// @param bytes of the heap that the cache takes
    /// @param starts of the cache against the bare list, in time and in CPU time
    private record Measured(
            List<Double> bytes, List<Double> starts, List<Double> cpu, List<Double> millis) {}

    LiveMemory(Options options) {
        step = options.live();
        rounds = options.rounds();
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB9 Memory: %d objects that Applications track, then as many that none does; %d"
                        + " processes each, of which the first is not counted%n%n",
                step, rounds);
        try (var sandbox = JavaProcess.start(SandboxServer.class, "3g", SandboxServer.STILL)) {
            sandbox.line();
            sandbox.line();
            var address = sandbox.line().replaceAll("/$", "");
            try (var cluster = new Cluster(address)) {
                var objects = new LiveObjects(cluster);
                var empty = measure("no objects", address);
                objects.add(step, false);
                var unmanaged = measure(step + " that no Application tracks", address);
                objects.add(step, true);
                var both = measure("and " + step + " that one does", address);
                slope("that no Application tracks", empty, unmanaged, TARGET_UNMANAGED);
                slope("that one does", unmanaged, both, TARGET_MANAGED);
                var start = Statistics.spread(both.starts());
                var cpu = Statistics.spread(both.cpu());
                System.out.printf("start against the bare list: %s; CPU time: %s%n", start, cpu);
                results.put("startRatio", start.json());
                results.put("startCpuRatio", cpu.json());
                verdicts.add(
                        "all objects are known after at most 1.3 times a bare paged list",
                        start.atMost(TARGET_START));
            }
        }
        results.put("verdicts", verdicts.printed());
        return results;
    }

    private Measured measure(String what, String address) throws IOException {
        var measured =
                new Measured(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round < rounds; round++) {
            try (var process = JavaProcess.start(CacheProcess.class, "2g", address)) {
                var samples = new ArrayList<double[]>();
                for (int i = 0; i < 5; i++) {
                    samples.add(numbers(process.line()));
                }
                if (round > 0) {
                    for (int i = 0; i < 4; i += 2) {
                        measured.starts().add(samples.get(i + 1)[0] / samples.get(i)[0]);
                        measured.cpu().add(samples.get(i + 1)[1] / samples.get(i)[1]);
                        measured.millis().add(samples.get(i + 1)[0]);
                    }
                    measured.bytes().add(samples.getLast()[0] - samples.getLast()[1]);
                }
            }
        }
        System.out.printf(
                "%-50s heap %10.0f kB   started in %s ms%n",
                what,
                Statistics.median(measured.bytes()) / 1e3,
                Statistics.spread(measured.millis()));
        results.put(what, measured);
        return measured;
    }

    private static double[] numbers(String line) {
        return List.of(line.split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
    }

    private void slope(String what, Measured before, Measured after, double target) {
        var slopes = new ArrayList<Double>();
        double from = Statistics.median(before.bytes());
        after.bytes().forEach(bytes -> slopes.add((bytes - from) / step));
        var slope = Statistics.spread(slopes);
        System.out.printf("%s: %s bytes each%n", what, slope);
        results.put("bytes each, " + what, slope.json());
        verdicts.add(
                "an object %s takes at most %.0f bytes".formatted(what, target),
                slope.atMost(target));
    }
}
