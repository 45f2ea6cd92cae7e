package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// B4: what a sync of many objects costs of which some changed, in requests, writes and time,
/// against a bare loop of server-side applies of those that changed.
///
/// One Application of ConfigMaps. The floor of a change is measured right after it, on twins of
/// the objects that nobody manages, with as many connections as do it fastest.
final class SyncOfMany {

    private static final String NAME = "bench-many";
    private static final String FOLDER = "bench/many";
    private static final String TWINS = "bench-many-twin";
    private static final int PER_FILE = 100;
    private static final List<Integer> CONNECTIONS = List.of(1, 4, 8, 16, 32);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Options options;

    SyncOfMany(Options options) {
        this.options = options;
    }

    /// What happens to the objects with one commit.
    private enum Change {
        ONE("change one"),
        ALL("change all"),
        NONE("change nothing"),
        TENTH("delete a tenth");

        private final String words;

        Change(String words) {
            this.words = words;
        }

        int objects(int all) {
            return switch (this) {
                case ONE -> 1;
                case ALL -> all;
                case NONE -> 0;
                case TENTH -> all / 10;
            };
        }
    }

    /// One commit.
    ///
    /// @param changed objects that differ from before
    /// @param millis from the end of the push until the status says that it is synced
    /// @param floorMillis of the bare loop, with the fastest number of connections
    /// @param writes changes of the Application's objects that a watch saw
    /// @param statusWrites changes of the Application that a watch saw
    private record Sync(
            int objects,
            Change change,
            int changed,
            double millis,
            double floorMillis,
            double cpuMillis,
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
            try (var service = Service.start();
                    var cluster = service.cluster();
                    var git = SampleClone.of(service)) {
                syncs.addAll(new Run(objects, service, cluster, git).syncs());
            }
        }
        return report(syncs);
    }

    private Map<String, Object> report(List<Sync> syncs) {
        var verdicts = new Verdicts();
        System.out.println(
                "objects  change            ms    floor ms  of floor  CPU ms  applied  writes"
                        + "  status writes");
        for (int objects : options.objects()) {
            for (var change : Change.values()) {
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

    private static void print(int objects, Change change, List<Sync> syncs) {
        double millis = median(syncs.stream().map(Sync::millis).toList());
        double floor = median(syncs.stream().map(Sync::floorMillis).toList());
        System.out.printf(
                "%7d  %-14s %7.1f  %10.1f  %8s  %6.0f  %7.0f  %6.0f  %13.0f%n",
                objects,
                change.words,
                millis,
                floor,
                change == Change.NONE ? "-" : "%.2f".formatted(millis / floor),
                median(syncs.stream().map(Sync::cpuMillis).toList()),
                median(syncs.stream().map(it -> (double) it.applied()).toList()),
                median(syncs.stream().map(it -> (double) it.writes).toList()),
                median(syncs.stream().map(it -> (double) it.statusWrites).toList()));
    }

    private static void judge(int objects, Change change, List<Sync> syncs, Verdicts verdicts) {
        var what = "%d objects, %s: ".formatted(objects, change.words);
        verdicts.add(
                what + "as many writes as objects that changed",
                syncs.stream().allMatch(it -> it.writes == it.changed));
        int asked = change == Change.TENTH ? 0 : 2;
        verdicts.add(
                what + "at most one dry run of each that is written, and nothing else is applied",
                syncs.stream().allMatch(it -> it.applied() <= (long) asked * it.changed));
        // What is deleted in the foreground is still there when the sync ends, and goes after it.
        int writes = change == Change.TENTH ? 2 : 1;
        verdicts.add(
                what + "status writes: %d".formatted(writes),
                syncs.stream().allMatch(it -> it.statusWrites <= writes));
    }

    private static double median(List<Double> samples) {
        return Statistics.median(samples);
    }

    /// The commits of one number of objects.
    private final class Run {

        private final int objects;
        private final Service service;
        private final Cluster cluster;
        private final SampleClone git;
        private final Observer observer = new Observer();
        private final int[] versions;
        private boolean aTenthIsGone;
        private int commits;

        Run(int objects, Service service, Cluster cluster, SampleClone git) {
            this.objects = objects;
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
            bareLoop(IntStream.range(0, objects).toArray(), 16);
            var syncs = new ArrayList<Sync>();
            for (int round = 0; round < options.rounds(); round++) {
                for (var change : Change.values()) {
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

        private Sync sync(Change change) throws IOException {
            int changed = change.objects(objects);
            if (change == Change.TENTH) {
                aTenthIsGone = true;
            } else {
                IntStream.range(0, changed).forEach(it -> versions[it]++);
            }
            var files = files();
            settle();
            observer.reset();
            long cpuBefore = service.cpuMillis();
            var requestsBefore = cluster.requests();
            var commit = git.push(files);
            long pushed = System.nanoTime();
            long synced = observer.awaitSynced(commit);
            settle();
            var requests = cluster.requestsSince(requestsBefore);
            long cpu = service.cpuMillis() - cpuBefore;
            int writes = observer.writes.get();
            int statusWrites = observer.statusWrites.get();
            return new Sync(
                    objects,
                    change,
                    changed,
                    (synced - pushed) / 1e6,
                    floor(change, changed),
                    cpu,
                    writes,
                    statusWrites,
                    requests);
        }

        /// What follows a sync is a part of its cost.
        private static void settle() {
            Patience.pause(Duration.ofMillis(300));
        }

        private double floor(Change change, int changed) throws IOException {
            double best = Double.MAX_VALUE;
            var numbers = IntStream.range(0, changed).toArray();
            for (int connections : change == Change.NONE ? List.<Integer>of() : CONNECTIONS) {
                long began = System.nanoTime();
                bareLoop(numbers, connections);
                best = Math.min(best, (System.nanoTime() - began) / 1e6);
            }
            return change == Change.NONE ? 0 : best;
        }

        /// Each time with another value, as an apply that changes nothing writes nothing.
        private void bareLoop(int[] numbers, int connections) throws IOException {
            int value = ++commits;
            Workers.forEach(
                    connections,
                    numbers.length,
                    it -> {
                        var name = name(numbers[it]);
                        cluster.apply(
                                "/api/v1/namespaces/" + TWINS + "/configmaps/" + name,
                                Samples.configMap(name, TWINS, "loop-" + value));
                    });
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
