package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// B4: what a sync of many objects costs of which some changed, in requests, writes and time,
/// against two bare loops over those that changed.
///
/// One Application of ConfigMaps. The floors of a change are measured right after it, on twins of
/// the objects that nobody manages, with as many connections as do it fastest. The bare loop
/// applies each. The validating loop, by which the time is judged, asks for a dry run of each
/// before it applies the first: a sync must leave nothing of a wave changed if one object of it is
/// invalid, that takes two requests an object of whoever promises it, and a loop that makes one
/// promises less.
///
/// Cluster and broker are processes of their own, so that the CPU time is the service's.
final class SyncOfMany {

    private static final String NAME = "bench-many";
    private static final String FOLDER = "bench/many";
    private static final String TWINS = "bench-many-twin";
    private static final int PER_FILE = 100;
    private static final List<Integer> CONNECTIONS = List.of(1, 4, 8, 16, 32);

    /// As many as the service makes at most.
    private static final List<Integer> MORE_CONNECTIONS = List.of(64, 128);

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final double TARGET = 1.15;

    private final Options options;

    SyncOfMany(Options options) {
        this.options = options;
    }

    /// One commit.
    ///
    /// @param changed objects that differ from before
    /// @param millis from the end of the push until the status says that it is synced
    /// @param bareMillis of the bare loop, with the fastest number of connections
    /// @param validatingMillis of the validating loop, likewise
    /// @param widerMillis of the validating loop, with the fastest of the larger numbers too
    /// @param cpuMillis of the service alone
    /// @param clusterCpuMillis of the API server
    /// @param writes changes of the Application's objects that a watch saw
    /// @param statusWrites changes of the Application that a watch saw
    private record Sync(
            int objects,
            ObjectsChange change,
            int changed,
            double millis,
            double bareMillis,
            double validatingMillis,
            double widerMillis,
            long cpuMillis,
            long clusterCpuMillis,
            int writes,
            int statusWrites,
            Map<String, Long> requests) {

        /// Dry runs among them.
        long applied() {
            return requests.getOrDefault("APPLY configmaps", 0L);
        }
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB4 Sync of many: %s objects, %d rounds (the first not counted)%n%n",
                options.objects(), options.rounds());
        var syncs = new ArrayList<Sync>();
        for (int objects : options.objects()) {
            var folder = Files.createTempDirectory("tiphys-bench-many-");
            try (var apart = Apart.start(folder, options);
                    var service = Service.start(apart.flags().toArray(String[]::new));
                    var cluster = service.cluster();
                    var git = SampleClone.of(service)) {
                syncs.addAll(new Run(objects, apart, service, cluster, git).syncs());
            } finally {
                Service.delete(folder);
            }
        }
        return report(syncs);
    }

    private Map<String, Object> report(List<Sync> syncs) {
        var verdicts = new Verdicts();
        System.out.println(
                "objects  change            ms   bare ms  of bare  validating ms  of validating"
                        + "  of wider  CPU ms  the cluster's  applied  writes  status writes");
        for (int objects : options.objects()) {
            for (var change : ObjectsChange.values()) {
                var all =
                        syncs.stream()
                                .filter(it -> it.objects == objects && it.change == change)
                                .toList();
                print(objects, change, all);
                judge(objects, change, all, verdicts);
            }
        }
        var result = new LinkedHashMap<String, Object>();
        result.put("verdicts", verdicts.printed());
        result.put("syncs", syncs);
        return result;
    }

    private static void print(int objects, ObjectsChange change, List<Sync> syncs) {
        double millis = median(syncs, Sync::millis);
        double bare = median(syncs, Sync::bareMillis);
        double validating = median(syncs, Sync::validatingMillis);
        double wider = median(syncs, Sync::widerMillis);
        System.out.printf(
                "%7d  %-14s %7.1f  %8.1f  %7s  %13.1f  %13s  %8s  %6.0f  %13.0f  %7.0f  %6.0f "
                        + " %13.0f%n",
                objects,
                change.words(),
                millis,
                bare,
                change.isWritten() ? "%.2f".formatted(millis / bare) : "-",
                validating,
                change.isWritten() ? "%.2f".formatted(millis / validating) : "-",
                change.isWritten() ? "%.2f".formatted(millis / wider) : "-",
                median(syncs, Sync::cpuMillis),
                median(syncs, Sync::clusterCpuMillis),
                median(syncs, Sync::applied),
                median(syncs, Sync::writes),
                median(syncs, Sync::statusWrites));
        syncs.getLast()
                .requests
                .forEach((what, count) -> System.out.printf("%33s %d%n", what, count));
    }

    private static void judge(
            int objects, ObjectsChange change, List<Sync> syncs, Verdicts verdicts) {
        var what = "%d objects, %s: ".formatted(objects, change.words());
        verdicts.add(
                what + "as many writes as objects that changed",
                syncs.stream().allMatch(it -> it.writes == it.changed));
        int asked = change == ObjectsChange.TENTH ? 0 : 2;
        verdicts.add(
                what + "at most one dry run of each that is written, and nothing else is applied",
                syncs.stream().allMatch(it -> it.applied() <= (long) asked * it.changed));
        // What is deleted in the foreground is still there when the sync ends, and goes after it.
        int writes = change == ObjectsChange.TENTH ? 2 : 1;
        verdicts.add(
                what + "status writes: %d".formatted(writes),
                syncs.stream().allMatch(it -> it.statusWrites <= writes));
        if (change == ObjectsChange.ALL) {
            var ratio =
                    Statistics.spread(
                            syncs.stream().map(it -> it.millis / it.validatingMillis).toList());
            verdicts.add(
                    what + "of the validating loop's time %s <= %s".formatted(ratio, TARGET),
                    ratio.atMost(TARGET));
        }
    }

    private static double median(List<Sync> syncs, ToDoubleFunction<Sync> of) {
        return Statistics.median(syncs.stream().map(of::applyAsDouble).toList());
    }

    /// What is asked of the API server about one object.
    private interface Request {
        void send(String path, String object) throws IOException;
    }

    /// The commits of one number of objects.
    private final class Run {

        private final int objects;
        private final Apart apart;
        private final Service service;
        private final Cluster cluster;
        private final SampleClone git;
        private final Observer observer = new Observer();
        private final int[] versions;
        private boolean aTenthIsGone;
        private int commits;

        Run(int objects, Apart apart, Service service, Cluster cluster, SampleClone git) {
            this.objects = objects;
            this.apart = apart;
            this.service = service;
            this.cluster = cluster;
            this.git = git;
            versions = new int[objects];
        }

        List<Sync> syncs() throws IOException {
            cluster.watch("/api/v1/configmaps", observer::configMap);
            cluster.watch(Cluster.APPLICATIONS, observer::application);
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            var commit = git.push(files());
            cluster.create(
                    Cluster.APPLICATIONS,
                    Samples.application(NAME, service.sampleRepository(), FOLDER, true));
            cluster.create(
                    "/api/v1/namespaces",
                    """
                    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
                    """
                            .formatted(TWINS));
            observer.awaitSynced(commit);
            applied(objects, 16);
            var syncs = new ArrayList<Sync>();
            for (int round = 0; round < options.rounds(); round++) {
                for (var change : ObjectsChange.values()) {
                    var sync = sync(change);
                    if (round > 0) {
                        syncs.add(sync);
                    }
                }
                aTenthIsGone = false;
                observer.awaitSynced(git.push(files()));
            }
            return syncs;
        }

        private Sync sync(ObjectsChange change) throws IOException {
            int changed = change.objects(objects);
            if (change == ObjectsChange.TENTH) {
                aTenthIsGone = true;
            } else {
                IntStream.range(0, changed).forEach(it -> versions[it]++);
            }
            var files = files();
            settle();
            observer.reset();
            long cpuBefore = service.cpuMillis();
            long clusterCpuBefore = apart.clusterCpuMillis();
            var requestsBefore = cluster.requests();
            var commit = git.push(files);
            long pushed = System.nanoTime();
            long synced = observer.awaitSynced(commit);
            settle();
            var requests = cluster.requestsSince(requestsBefore);
            long cpu = service.cpuMillis() - cpuBefore;
            long clusterCpu = apart.clusterCpuMillis() - clusterCpuBefore;
            int writes = observer.writes.get();
            int statusWrites = observer.statusWrites.get();
            double bare = floor(change, CONNECTIONS, it -> applied(changed, it));
            double validating = floor(change, CONNECTIONS, it -> validatedAndApplied(changed, it));
            double wider = floor(change, MORE_CONNECTIONS, it -> validatedAndApplied(changed, it));
            return new Sync(
                    objects,
                    change,
                    changed,
                    (synced - pushed) / 1e6,
                    bare,
                    validating,
                    Math.min(validating, wider),
                    cpu,
                    clusterCpu,
                    writes,
                    statusWrites,
                    requests);
        }

        /// What follows a sync is a part of its cost.
        private static void settle() {
            Patience.pause(Duration.ofMillis(300));
        }

        /// @return the milliseconds that it took with the number of connections that is best for
        ///     it; zero if nothing is written
        private static double floor(ObjectsChange change, List<Integer> numbers, Workers.Each loop)
                throws IOException {
            if (!change.isWritten()) {
                return 0;
            }
            double best = Double.MAX_VALUE;
            for (int connections : numbers) {
                long began = System.nanoTime();
                loop.accept(connections);
                best = Math.min(best, (System.nanoTime() - began) / 1e6);
            }
            return best;
        }

        private void applied(int twins, int connections) throws IOException {
            each(twins, connections, "loop-" + ++commits, cluster::apply);
        }

        private void validatedAndApplied(int twins, int connections) throws IOException {
            var value = "loop-" + ++commits;
            each(twins, connections, value, cluster::dryRun);
            each(twins, connections, value, cluster::apply);
        }

        /// @param value another one each time, as an apply that changes nothing writes nothing
        private static void each(int twins, int connections, String value, Request request)
                throws IOException {
            Workers.forEach(
                    connections,
                    twins,
                    it ->
                            request.send(
                                    "/api/v1/namespaces/" + TWINS + "/configmaps/" + name(it),
                                    Samples.configMap(name(it), TWINS, value)));
        }

        private Map<String, String> files() {
            int gone = aTenthIsGone ? objects / 10 : 0;
            var files = new LinkedHashMap<String, String>();
            for (int first = 0; first < objects; first += PER_FILE) {
                var text = new StringBuilder("# Commit " + ++commits + "\n");
                for (int i = first; i < Math.min(objects, first + PER_FILE); i++) {
                    if (i >= gone) {
                        text.append(Samples.configMap(name(i), "", "version-" + versions[i]))
                                .append("---\n");
                    }
                }
                files.put("%s/part-%05d.yaml".formatted(FOLDER, first), text.toString());
            }
            return files;
        }

        private static String name(int number) {
            return "many-" + number;
        }
    }

    /// Counts what changes, and sees revisions arrive, on the one clock of this process.
    private static final class Observer {

        private final AtomicInteger writes = new AtomicInteger();
        private final AtomicInteger statusWrites = new AtomicInteger();
        private final Map<String, Long> synced = new ConcurrentHashMap<>();

        void configMap(JsonNode event) {
            var metadata = event.at("/object/metadata");
            // One that is being deleted is seen once more when it is gone.
            boolean leaving =
                    metadata.has("deletionTimestamp")
                            && event.path("type").asText().equals("MODIFIED");
            if (metadata.path("namespace").asText().equals(NAME)
                    && metadata.path("name").asText().startsWith("many-")
                    && !leaving) {
                writes.incrementAndGet();
            }
        }

        void application(JsonNode event) {
            long now = System.nanoTime();
            var object = event.path("object");
            if (object.at("/metadata/name").asText().equals(NAME)) {
                statusWrites.incrementAndGet();
                if (object.at("/status/sync/status").asText().equals("Synced")) {
                    synced.putIfAbsent(object.at("/status/sync/revision").asText(), now);
                }
            }
        }

        void reset() {
            writes.set(0);
            statusWrites.set(0);
        }

        long awaitSynced(String commit) {
            Patience.until(
                    PATIENCE, NAME + " is synced at " + commit, () -> synced.containsKey(commit));
            return synced.get(commit);
        }
    }
}
