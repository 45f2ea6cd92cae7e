package io.tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// B5: many Applications at once, in the two shapes that others have published figures of: one push
/// changes Applications of four objects, and Applications of one ConfigMap are made and synced for
/// the first time. Against a bare loop of server-side applies of as many objects.
///
/// Cluster and broker are processes of their own, so that the CPU time is the service's.
final class MassRollout {

    private static final String TWINS = "bench-mass-twin";
    private static final List<Integer> CONNECTIONS = List.of(1, 4, 8, 16, 32);
    private static final int MAKERS = 16;
    private static final String CHANGING = "bench-mass-";
    private static final String TOGETHER = "bench-new";

    /// As the sandbox counts it, and as Kubernetes does.
    private static final Set<String> BY_THE_BENCH =
            Set.of("CREATE applications", "POST applications");

    private static final String AUTOMATED =
            ", \"automated\": {\"prune\": true, \"selfHeal\": true}";

    /// In the order of [Samples#fourResources].
    private static final List<String> PATHS_OF_FOUR =
            List.of(
                    "/api/v1/namespaces/%s/serviceaccounts/",
                    "/api/v1/namespaces/%s/services/",
                    "/apis/apps/v1/namespaces/%s/deployments/",
                    "/apis/networking.k8s.io/v1/namespaces/%s/ingresses/");

    private static final double TARGET_RATE = 0.6;
    private static final double TARGET_CPU = 30;

    private final Options options;

    MassRollout(Options options) {
        this.options = options;
    }

    private enum Kind {
        CHANGED("one push changes 4 objects each"),
        INITIAL("first sync of 1 object each");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    /// One rollout.
    ///
    /// @param millis from the end of the push, or the first Application's making, until the last
    ///     object is live and the last Application is Synced
    /// @param floorMillis of the bare loop, with the fastest number of connections
    /// @param cpuMillis of the service alone
    /// @param clusterCpuMillis of the API server
    private record Rollout(
            Kind kind,
            int applications,
            double millis,
            double floorMillis,
            long cpuMillis,
            long clusterCpuMillis,
            Map<String, Long> requests) {

        double ofBareRate() {
            return floorMillis / millis;
        }

        double cpuEach() {
            return (double) cpuMillis / applications;
        }

        double requestsEach() {
            return requests.values().stream().mapToLong(Long::longValue).sum()
                    / (double) applications;
        }
    }

    Map<String, Object> run() throws IOException {
        var sizes = options.applications().stream().filter(it -> it > 0).toList();
        System.out.printf(
                "%nB5 Mass rollout: %s Applications, %d rounds (the first not counted)%n%n",
                sizes, options.rounds());
        var rollouts = new ArrayList<Rollout>();
        for (int size : sizes) {
            var folder = Files.createTempDirectory("tiphys-bench-mass-");
            try (var apart = Apart.start(folder, options);
                    var service = Service.start(apart.flags().toArray(String[]::new));
                    var cluster = service.cluster();
                    var git = SampleClone.of(service)) {
                rollouts.addAll(new Run(size, apart, service, cluster, git).rollouts());
            } finally {
                Service.delete(folder);
            }
        }
        return report(rollouts);
    }

    private Map<String, Object> report(List<Rollout> rollouts) {
        var verdicts = new Verdicts();
        System.out.println(
                "apps                                           ms  floor ms    apps/s"
                        + "  CPU ms each  the cluster's  requests each");
        for (var rollout :
                rollouts.stream()
                        .map(it -> List.of(it.applications, it.kind))
                        .distinct()
                        .toList()) {
            var same =
                    rollouts.stream()
                            .filter(it -> List.of(it.applications, it.kind).equals(rollout))
                            .toList();
            print(same);
            judge(same, verdicts);
        }
        var result = new LinkedHashMap<String, Object>();
        result.put("verdicts", verdicts.printed());
        result.put("rollouts", rollouts);
        return result;
    }

    private static void print(List<Rollout> same) {
        var one = same.getFirst();
        double millis = median(same.stream().map(Rollout::millis).toList());
        System.out.printf(
                "%4d  %-34s %8.0f %9.0f %9.1f %12.1f %14.1f %14.2f%n",
                one.applications,
                one.kind.title,
                millis,
                median(same.stream().map(Rollout::floorMillis).toList()),
                one.applications / millis * 1000,
                median(same.stream().map(Rollout::cpuEach).toList()),
                median(
                        same.stream()
                                .map(it -> (double) it.clusterCpuMillis / it.applications)
                                .toList()),
                median(same.stream().map(Rollout::requestsEach).toList()));
        same.getLast()
                .requests
                .forEach(
                        (what, count) ->
                                System.out.printf(
                                        "        %-40s %.2f%n",
                                        what, (double) count / one.applications));
    }

    private static void judge(List<Rollout> same, Verdicts verdicts) {
        var what =
                "%d Applications, %s: "
                        .formatted(same.getFirst().applications, same.getFirst().kind.title);
        var cpu = Statistics.spread(same.stream().map(Rollout::cpuEach).toList());
        verdicts.add(
                what + "CPU ms each %s <= %.0f".formatted(cpu, TARGET_CPU), cpu.atMost(TARGET_CPU));
        var rate = Statistics.spread(same.stream().map(Rollout::ofBareRate).toList());
        verdicts.add(
                what + "of the bare rate %s >= %s".formatted(rate, TARGET_RATE),
                rate.atLeast(TARGET_RATE));
    }

    private static double median(List<Double> samples) {
        return Statistics.median(samples);
    }

    /// The rollouts of one number of Applications.
    private final class Run {

        private final int size;
        private final Apart apart;
        private final Service service;
        private final Cluster cluster;
        private final SampleClone git;
        private final Arrivals arrivals = new Arrivals(TWINS);
        private int loops;

        Run(int size, Apart apart, Service service, Cluster cluster, SampleClone git) {
            this.size = size;
            this.apart = apart;
            this.service = service;
            this.cluster = cluster;
            this.git = git;
        }

        List<Rollout> rollouts() throws IOException {
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            cluster.watch(Cluster.APPLICATIONS, arrivals::application);
            cluster.watch("/apis/apps/v1/deployments", arrivals::object);
            cluster.watch("/api/v1/configmaps", arrivals::object);
            for (var namespace : List.of(TOGETHER, TWINS)) {
                cluster.create(
                        "/api/v1/namespaces",
                        """
                        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
                        """
                                .formatted(namespace));
            }
            var first = push("first");
            makeApplications(CHANGING, it -> CHANGING + it);
            arrivals.await(CHANGING, size, first, "first");
            var rollouts = new ArrayList<Rollout>();
            for (int round = 0; round < options.rounds(); round++) {
                for (var rollout : List.of(changed("round-" + round), initial(round))) {
                    if (round > 0) {
                        rollouts.add(rollout);
                    }
                }
            }
            return rollouts;
        }

        private Rollout changed(String value) throws IOException {
            settle();
            var before = usage();
            var commit = push(value);
            long began = System.nanoTime();
            long last = arrivals.await(CHANGING, size, commit, value);
            return rollout(Kind.CHANGED, (last - began) / 1e6, before);
        }

        private Rollout initial(int round) throws IOException {
            var value = "new-" + round;
            var prefix = "bench-" + value + "-";
            var files = new LinkedHashMap<String, String>();
            for (int i = 0; i < size; i++) {
                files.put(
                        "bench/" + prefix + i + "/configmap.yaml",
                        Samples.largerConfigMap(prefix + i, value));
            }
            var commit = git.push(files);
            settle();
            var before = usage();
            long began = System.nanoTime();
            makeApplications(prefix, _ -> TOGETHER);
            long last = arrivals.await(prefix, size, commit, value);
            var rollout = rollout(Kind.INITIAL, (last - began) / 1e6, before);
            // They leave what they made: the next round's are others.
            Workers.forEach(
                    MAKERS, size, it -> cluster.delete(Cluster.APPLICATIONS + "/" + prefix + it));
            return rollout;
        }

        private Rollout rollout(Kind kind, double millis, Usage before) throws IOException {
            settle();
            var used = usage();
            var requests = cluster.requestsSince(before.requests);
            requests.keySet().removeIf(it -> it.startsWith("WATCH ") || BY_THE_BENCH.contains(it));
            return new Rollout(
                    kind,
                    size,
                    millis,
                    floor(kind),
                    used.cpuMillis - before.cpuMillis,
                    used.clusterCpuMillis - before.clusterCpuMillis,
                    requests);
        }

        private Usage usage() throws IOException {
            return new Usage(service.cpuMillis(), apart.clusterCpuMillis(), cluster.requests());
        }

        /// What follows the last status is a part of the cost.
        private static void settle() {
            Patience.pause(Duration.ofSeconds(1));
        }

        private void makeApplications(String prefix, IntFunction<String> namespace)
                throws IOException {
            Workers.forEach(
                    MAKERS,
                    size,
                    it ->
                            cluster.create(
                                    Cluster.APPLICATIONS,
                                    Samples.application(
                                            prefix + it,
                                            service.sampleRepository(),
                                            "bench/" + prefix + it,
                                            ".",
                                            namespace.apply(it),
                                            AUTOMATED)));
        }

        private String push(String value) throws IOException {
            var files = new LinkedHashMap<String, String>();
            for (int i = 0; i < size; i++) {
                files.put(
                        "bench/" + CHANGING + i + "/all.yaml",
                        String.join("---\n", Samples.fourResources("mass", value)));
            }
            return git.push(files);
        }

        /// Each time with other values, as an apply that changes nothing writes nothing.
        private double floor(Kind kind) throws IOException {
            double best = Double.MAX_VALUE;
            for (int connections : CONNECTIONS) {
                var value = "loop-" + loops++;
                long began = System.nanoTime();
                Workers.forEach(connections, size, it -> apply(kind, it, value));
                best = Math.min(best, (System.nanoTime() - began) / 1e6);
            }
            return best;
        }

        private void apply(Kind kind, int number, String value) throws IOException {
            switch (kind) {
                case CHANGED -> {
                    var name = "twin-" + number;
                    var objects = Samples.fourResources(name, value);
                    for (int i = 0; i < objects.size(); i++) {
                        cluster.apply(PATHS_OF_FOUR.get(i).formatted(TWINS) + name, objects.get(i));
                    }
                }
                // New ones each time, as those of the service are.
                case INITIAL -> {
                    var name = value + "-" + number;
                    cluster.apply(
                            "/api/v1/namespaces/" + TWINS + "/configmaps/" + name,
                            Samples.largerConfigMap(name, value));
                }
            }
        }
    }

    /// Up to a moment.
    private record Usage(long cpuMillis, long clusterCpuMillis, Map<String, Long> requests) {}
}
