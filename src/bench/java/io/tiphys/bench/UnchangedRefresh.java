package io.tiphys.bench;

import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/// B7: what it costs to look again at Applications of which nothing has changed, by the sweep at a
/// short interval, against the same service without any.
final class UnchangedRefresh {

    private static final String REPOSITORY = "unchanged.git";
    private static final int RESOURCES = 10;
    private static final int CONNECTIONS = 16;

    private static final double LOOKS_A_SECOND = 5_700;

    /// The sweep comes after three quarters of its interval at the earliest, and all times between
    /// are as likely.
    private static final double USUAL_PART = 0.875;

    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final int DRIFTS = 11;
    private static final Duration DRIFT_WITHIN = Duration.ofSeconds(5);
    private static final double TARGET_MICROS = 50;
    private static final double TARGET_EXPONENT = 1.05;

    private final List<Integer> sizes;
    private final int rounds;
    private final Verdicts verdicts = new Verdicts();
    private final Map<String, Object> results = new LinkedHashMap<>();

    /// @param requests to the API server that an Application's look made, of all
    private record Window(double cpuMillis, Map<String, Long> requests) {}

    UnchangedRefresh(Options options) {
        sizes = options.applications().stream().filter(it -> it > 0).toList();
        rounds = options.rounds();
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB7 Unchanged refresh: Applications of %d resources in sync, %.0f looks a second;"
                        + " %d windows of %d s each, the first not counted%n%n",
                RESOURCES, LOOKS_A_SECOND, rounds, WINDOW.toSeconds());
        var each = new ArrayList<Double>();
        for (int size : sizes) {
            each.add(run(size));
        }
        growth(each);
        results.put("verdicts", verdicts.printed());
        return results;
    }

    private double run(int size) throws IOException {
        try (var service =
                        Service.start(
                                "-Dtiphys.application.sweep=" + sweepMillis(size) + "ms",
                                "-Dtiphys.repo.poll=0s");
                var cluster = service.cluster()) {
            var folder = service.folder("host");
            var monorepo = Monorepo.create(folder.resolve(REPOSITORY), 0);
            monorepo.commit(files(size));
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            try (var host = GitHost.start(folder)) {
                create(cluster, size);
                new Registered(cluster, n -> application(n, host.address(REPOSITORY))).grow(size);
                awaitSynced(cluster, size);
                var windows = measure(service, cluster);
                drift(cluster, size);
                remove(cluster, size);
                // Last, for a young process spends much on its JIT.
                return report(size, cpu(measure(service, cluster)), windows);
            }
        }
    }

    /// So many looks are made of few Applications as of many, or the noise of the process would
    /// weigh more than the looks.
    private static long sweepMillis(int size) {
        return Math.round(1000 * size / LOOKS_A_SECOND / USUAL_PART);
    }

    private double report(int size, double idle, List<Window> windows) {
        double looks = LOOKS_A_SECOND * WINDOW.toSeconds();
        var micros =
                Statistics.spread(
                        windows.stream()
                                .map(it -> (it.cpuMillis() - idle) * 1000 / looks)
                                .toList());
        var requests = new TreeMap<String, Long>();
        windows.forEach(
                it ->
                        it.requests()
                                .forEach((what, count) -> requests.merge(what, count, Long::sum)));
        // Watches end and begin anew whatever happens.
        requests.keySet().removeIf(it -> it.startsWith("WATCH "));
        System.out.printf(
                "%6d Applications: CPU %s us each look; requests in all windows: %s%n",
                size, micros, requests);
        results.put(size + " Applications, CPU us", micros.json());
        results.put(size + " Applications, requests", requests);
        verdicts.add(
                "%d Applications: at most %.0f us of CPU time for one that is unchanged"
                        .formatted(size, TARGET_MICROS),
                micros.atMost(TARGET_MICROS));
        verdicts.add(
                "%d Applications: no request to the API server, no status write".formatted(size),
                requests.isEmpty());
        return micros.median();
    }

    /// Of the CPU time of all Applications together, with their number.
    private void growth(List<Double> each) {
        if (sizes.size() < 2) {
            return;
        }
        double exponent =
                1
                        + Math.log(each.getLast() / each.getFirst())
                                / Math.log((double) sizes.getLast() / sizes.getFirst());
        System.out.printf("exponent of the CPU time of all: %.2f%n", exponent);
        results.put("exponent", exponent);
        verdicts.add("the exponent is at most " + TARGET_EXPONENT, exponent <= TARGET_EXPONENT);
    }

    private List<Window> measure(Service service, Cluster cluster) throws IOException {
        var windows = new ArrayList<Window>();
        for (int round = 0; round < rounds; round++) {
            var requests = cluster.requests();
            long cpu = service.cpuMillis();
            Patience.pause(WINDOW);
            double used = service.cpuMillis() - cpu;
            if (round > 0) {
                windows.add(new Window(used, cluster.requestsSince(requests)));
            }
        }
        return windows;
    }

    /// Whether those that drift are found while nothing else is: ten of which an object was changed
    /// and one of which an object was deleted. All is in sync again at the end.
    private void drift(Cluster cluster, int size) throws IOException {
        var numbers =
                new Random(size)
                        .ints(0, size)
                        .distinct()
                        .limit(Math.min(DRIFTS, size))
                        .boxed()
                        .toList();
        var expected = new TreeSet<String>();
        for (int n : numbers) {
            expected.add("bench-" + n);
            int object = n * RESOURCES;
            if (n == numbers.getFirst()) {
                cluster.delete(path(object));
            } else {
                cluster.apply(path(object), live(object).replace("first", "drifted"));
            }
        }
        Patience.pause(DRIFT_WITHIN);
        var found = outOfSync(cluster);
        verdicts.add(
                "%d of %d Applications of which an object was changed or deleted are found, and %d others"
                        .formatted(
                                expected.stream().filter(found::contains).count(),
                                expected.size(),
                                found.stream().filter(it -> !expected.contains(it)).count()),
                found.equals(expected));
        for (int n : numbers) {
            cluster.apply(path(n * RESOURCES), live(n * RESOURCES));
        }
        awaitSynced(cluster, size);
    }

    private static Set<String> outOfSync(Cluster cluster) throws IOException {
        var names = new TreeSet<String>();
        for (var item : cluster.get(Cluster.APPLICATIONS).path("items")) {
            if (item.at("/status/sync/status").asText().equals("OutOfSync")) {
                names.add(item.at("/metadata/name").asText());
            }
        }
        return names;
    }

    private static void remove(Cluster cluster, int applications) throws IOException {
        for (int n = 0; n < applications; n++) {
            cluster.delete(Cluster.APPLICATIONS + "/bench-" + n);
        }
    }

    private static double cpu(List<Window> windows) {
        return Statistics.median(windows.stream().map(Window::cpuMillis).toList());
    }

    private static void awaitSynced(Cluster cluster, int size) throws IOException {
        Patience.until(
                Duration.ofMinutes(10),
                size + " Applications are in sync",
                () -> {
                    Patience.pause(Duration.ofSeconds(1));
                    int synced = 0;
                    for (var item : cluster.get(Cluster.APPLICATIONS).path("items")) {
                        boolean is = item.at("/status/sync/status").asText().equals("Synced");
                        synced += is ? 1 : 0;
                    }
                    return synced >= size;
                });
    }

    private static void create(Cluster cluster, int applications) throws IOException {
        var next = new AtomicInteger();
        Workers.run(
                CONNECTIONS,
                () -> {
                    int end = applications * RESOURCES;
                    for (int n = next.getAndIncrement(); n < end; n = next.getAndIncrement()) {
                        cluster.apply(path(n), live(n));
                    }
                    return null;
                });
    }

    private static String path(int n) {
        return "/api/v1/namespaces/default/configmaps/" + name(n);
    }

    private static String live(int n) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%1$s", "namespace": "default",
          "annotations": {"argocd.argoproj.io/tracking-id": "%2$s:/ConfigMap:default/%1$s"}},
         "data": {"value": "first"}}
        """
                .formatted(name(n), "bench-" + n / RESOURCES);
    }

    private static String name(int n) {
        return "unchanged-" + n;
    }

    private static String application(int n, String repository) {
        return Samples.application("bench-" + n, repository, Monorepo.folder(n), ".", false)
                .replace("\"namespace\": \"bench-" + n + "\"", "\"namespace\": \"default\"");
    }

    private static Map<String, String> files(int applications) {
        var files = new TreeMap<String, String>();
        for (int n = 0; n < applications * RESOURCES; n++) {
            files.put(
                    Monorepo.folder(n / RESOURCES) + "/map-" + n % RESOURCES + ".yaml",
                    Monorepo.manifest(name(n), "first"));
        }
        return files;
    }
}
