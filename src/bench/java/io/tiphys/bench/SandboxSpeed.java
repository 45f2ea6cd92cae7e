package io.tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Whether the sandbox cluster is quick and small enough to be started for a test: how long it
/// takes to start, how many small objects one core makes in a second, and whether many objects fit
/// into a small heap.
final class SandboxSpeed {

    private static final int STARTS = 7;
    private static final int WARM_UP = 20_000;
    private static final int OBJECTS = 50_000;
    private static final int CONNECTIONS = 16;

    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private record Server(Process process, double first, double second, String address)
            implements AutoCloseable {

        static Server start(String... arguments) throws IOException {
            var command =
                    new ArrayList<>(
                            List.of(
                                    Service.java(),
                                    "-Xmx512m",
                                    "-XX:ActiveProcessorCount=1",
                                    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    SandboxServer.class.getName()));
            command.addAll(List.of(arguments));
            var process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            var lines = process.inputReader();
            var first = lines.readLine();
            var second = lines.readLine();
            var address = lines.readLine();
            if (first == null || second == null || address == null) {
                throw new IOException("The sandbox did not start");
            }
            return new Server(
                    process,
                    Double.parseDouble(first),
                    Double.parseDouble(second),
                    address.replaceAll("/$", ""));
        }

        /// The most memory that the process has held so far, not its heap alone.
        long peakMegabytes() throws IOException {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                            .filter(line -> line.startsWith("VmHWM:"))
                            .map(line -> line.replaceAll("\\D", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElseThrow()
                    / 1024;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    Map<String, Object> run() throws IOException {
        var results = new LinkedHashMap<String, Object>();
        var bare = new ArrayList<Double>();
        var firsts = new ArrayList<Double>();
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < STARTS; i++) {
            try (var fresh = Server.start();
                    var inUse = Server.start(SandboxServer.IN_USE)) {
                bare.add(fresh.first());
                firsts.add(inUse.first());
                seconds.add(inUse.second());
            }
        }
        report("in a JVM that has loaded no library yet", bare, results);
        report("in a JVM that has used Vert.x and Jackson", firsts, results);
        report("beside another one", seconds, results);
        try (var server = Server.start();
                var cluster = new Cluster(server.address())) {
            create(cluster, 0, WARM_UP);
            long cpu = Machine.cpuMillis(server.process().pid());
            long began = System.nanoTime();
            create(cluster, WARM_UP, OBJECTS);
            double elapsed = (System.nanoTime() - began) / 1e9;
            cpu = Machine.cpuMillis(server.process().pid()) - cpu;
            int made = OBJECTS - WARM_UP;
            int held = cluster.get(CONFIG_MAPS + "?labelSelector=bench").path("items").size();
            System.out.printf(
                    "Sandbox: %.0f creates/s, %.0f a second of CPU time   >= 2000: %s%n"
                            + "Sandbox: holds %d objects in a heap of 512 MB; the process never"
                            + " held more than %d MB   %d: %s%n",
                    made / elapsed,
                    made * 1000.0 / cpu,
                    made * 1000.0 / cpu >= 2000 ? "yes" : "NO",
                    held,
                    server.peakMegabytes(),
                    OBJECTS,
                    held == OBJECTS ? "yes" : "NO");
            results.put("createsPerSecond", made / elapsed);
            results.put("createsPerCpuSecond", made * 1000.0 / cpu);
            results.put("objects", held);
            results.put("peakMegabytes", server.peakMegabytes());
        }
        return results;
    }

    private static void report(String where, List<Double> millis, Map<String, Object> results) {
        var spread = Statistics.spread(millis);
        System.out.printf(
                "Sandbox: started %s in %s ms   <= 300: %s%n", where, spread, spread.atMost(300));
        results.put("startMillis, " + where, spread.json());
    }

    private static void create(Cluster cluster, int from, int to) throws IOException {
        var next = new AtomicInteger(from);
        Workers.run(
                CONNECTIONS,
                () -> {
                    for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                        cluster.create(CONFIG_MAPS, configMap(n));
                    }
                    return null;
                });
    }

    private static String configMap(int number) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "small-%d", "labels": {"bench": "yes"}}, "data": {"n": "%d"}}
        """
                .formatted(number, number);
    }
}
