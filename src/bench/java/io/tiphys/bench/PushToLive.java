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
import java.util.function.ToDoubleFunction;

/// B3: how long it takes from the end of a `git push` until the changed value is live, and until
/// the Application says so, against what the same steps cost when they are done one after the
/// other by bare clients.
///
/// One value of one ConfigMap of ten resources changes with each commit; the floor of a commit is
/// measured right after its journey, on a twin of that ConfigMap that nobody manages.
final class PushToLive {

    private static final String NAME = "bench-live";
    private static final String FOLDER = "bench/live";
    private static final String TWIN_NAMESPACE = "bench-twin";
    private static final String CONFIG_MAP = "live-0";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double TARGET_OF_FLOOR = 2.0;

    private final Options options;

    PushToLive(Options options) {
        this.options = options;
    }

    /// One commit's journey, in milliseconds from the end of the push, and its floor.
    ///
    /// @param statusWrites changes of the Application until the next push
    /// @param requests asked of the API server meanwhile, by verb and resource
    private record Journey(
            int round,
            double push,
            double live,
            double synced,
            int statusWrites,
            double cpuMillis,
            Map<String, Long> requests,
            Steps floor) {}

    /// The floor's steps, in milliseconds.
    private record Steps(double fetch, double read, double apply, double hops, double ack) {

        double sum() {
            return fetch + read + apply + hops + ack;
        }
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB3 Push to live: %d rounds (the first not counted) of %d commits, %d idle"
                        + " Applications%n%n",
                options.rounds(), options.commits(), options.idle());
        try (var service = Service.start();
                var cluster = service.cluster();
                var git = SampleClone.of(service);
                var hops = new TopicHops(service.kafka())) {
            var observer = new Observer();
            cluster.watch("/api/v1/configmaps", observer::configMap);
            cluster.watch(Cluster.APPLICATIONS, observer::application);
            deploy(service, cluster, git, observer);
            var secret = cluster.webhookSecret("webhook.github.secret");
            var load = new Load(service.webhook(), new Deliveries(secret).payloads(100, 1));
            try (var sender = load.connect()) {
                var floor = new Floor(git, cluster, hops, sender);
                return report(journeys(service, cluster, git, observer, floor));
            }
        }
    }

    private List<Journey> journeys(
            Service service, Cluster cluster, SampleClone git, Observer observer, Floor floor)
            throws IOException {
        var journeys = new ArrayList<Journey>();
        for (int round = 0; round < options.rounds(); round++) {
            for (int i = 0; i < options.commits(); i++) {
                var value = "value-" + round + "-" + i;
                var journey = journey(round, value, service, cluster, git, observer, floor);
                if (round > 0) {
                    journeys.add(journey);
                }
            }
        }
        return journeys;
    }

    /// The Application that changes, the idle ones in other folders of the same repository, and the
    /// twin; returns when all is live and quiet.
    private void deploy(Service service, Cluster cluster, SampleClone git, Observer observer)
            throws IOException {
        var files = new LinkedHashMap<String, String>();
        Samples.tenResources("first").forEach((name, text) -> files.put(FOLDER + "/" + name, text));
        for (int i = 0; i < options.idle(); i++) {
            files.put(
                    "bench/idle-" + i + "/configmap.yaml",
                    Samples.configMap("idle-" + i, "", "idle"));
        }
        // They live in the same repository without saying where: every push would refresh them.
        for (var sample : List.of("guestbook", "orders")) {
            cluster.delete(Cluster.APPLICATIONS + "/" + sample);
        }
        var commit = git.push(files);
        var names = new ArrayList<String>();
        for (int i = 0; i < options.idle(); i++) {
            names.add("bench-idle-" + i);
            cluster.create(
                    Cluster.APPLICATIONS,
                    Samples.application(
                            "bench-idle-" + i,
                            service.sampleRepository(),
                            "bench/idle-" + i,
                            true));
        }
        cluster.create(
                Cluster.APPLICATIONS,
                Samples.application(NAME, service.sampleRepository(), FOLDER, true));
        cluster.create(
                "/api/v1/namespaces",
                """
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
                """
                        .formatted(TWIN_NAMESPACE));
        observer.awaitSynced(NAME, commit);
        for (var name : names) {
            observer.awaitSynced(name, commit);
        }
        // Pods take their time to become ready, and each step is a change of the Application.
        Patience.pause(Duration.ofSeconds(5));
    }

    private static Journey journey(
            int round,
            String value,
            Service service,
            Cluster cluster,
            SampleClone git,
            Observer observer,
            Floor floor)
            throws IOException {
        var file = Map.of(FOLDER + "/configmap-0.yaml", Samples.configMap(CONFIG_MAP, "", value));
        int writesBefore = observer.applicationWrites.get();
        long cpuBefore = service.cpuMillis();
        var requestsBefore = cluster.requests();
        long began = System.nanoTime();
        var commit = git.push(file);
        long pushed = System.nanoTime();
        long live = observer.awaitLive(value);
        long synced = observer.awaitSynced(NAME, commit);
        // What follows the sync is a part of its cost.
        Patience.pause(Duration.ofMillis(100));
        var requests = cluster.requestsSince(requestsBefore);
        long cpu = service.cpuMillis() - cpuBefore;
        int writes = observer.applicationWrites.get() - writesBefore;
        return new Journey(
                round,
                (pushed - began) / 1e6,
                (live - pushed) / 1e6,
                (synced - pushed) / 1e6,
                writes,
                cpu,
                requests,
                floor.measure(commit, value));
    }

    private Map<String, Object> report(List<Journey> journeys) {
        var ratios = new ArrayList<Double>();
        for (int round = 1; round < options.rounds(); round++) {
            int wanted = round;
            var ofRound = journeys.stream().filter(it -> it.round == wanted).toList();
            ratios.add(p50(ofRound, Journey::live) / p50(ofRound, it -> it.floor.sum()));
        }
        var spread = Statistics.spread(ratios);
        System.out.println("from the end of git push         p50 ms    p95 ms");
        line("live", journeys, Journey::live);
        line("synced", journeys, Journey::synced);
        line("synced after live", journeys, it -> it.synced - it.live);
        line("(the push itself)", journeys, Journey::push);
        line("floor, sum per commit", journeys, it -> it.floor.sum());
        line("  fetch one commit", journeys, it -> it.floor.fetch);
        line("  read and parse", journeys, it -> it.floor.read);
        line("  apply one object", journeys, it -> it.floor.apply);
        line("  two topic hops", journeys, it -> it.floor.hops);
        line("  delivery's answer", journeys, it -> it.floor.ack);
        System.out.printf(
                "live / floor: %s   <= %s: %s%n",
                spread, TARGET_OF_FLOOR, spread.atMost(TARGET_OF_FLOOR));
        System.out.printf(
                "per push: %.0f status writes, %.0f CPU ms (service, broker, cluster, Git host)%n",
                p50(journeys, Journey::statusWrites), p50(journeys, Journey::cpuMillis));
        var requests = new LinkedHashMap<String, Double>();
        journeys.stream()
                .flatMap(it -> it.requests.keySet().stream())
                .distinct()
                .sorted()
                .forEach(
                        what ->
                                requests.put(
                                        what,
                                        journeys.stream()
                                                .mapToLong(it -> it.requests.getOrDefault(what, 0L))
                                                .average()
                                                .orElseThrow()));
        requests.forEach((what, mean) -> System.out.printf("  %-34s %.2f%n", what, mean));

        var result = new LinkedHashMap<String, Object>();
        result.put("liveOfFloor", spread.json());
        result.put("liveOfFloorPerRound", ratios);
        result.put("atMost" + TARGET_OF_FLOOR, spread.atMost(TARGET_OF_FLOOR));
        result.put("requestsPerPush", requests);
        result.put("journeys", journeys);
        return result;
    }

    private static double p50(List<Journey> journeys, ToDoubleFunction<Journey> figure) {
        return percentile(journeys, figure, 0.50);
    }

    private static double percentile(
            List<Journey> journeys, ToDoubleFunction<Journey> figure, double share) {
        return Statistics.percentile(journeys.stream().mapToDouble(figure).toArray(), share);
    }

    private static void line(
            String name, List<Journey> journeys, ToDoubleFunction<Journey> figure) {
        System.out.printf(
                "%-30s %9.1f %9.1f%n",
                name, percentile(journeys, figure, 0.50), percentile(journeys, figure, 0.95));
    }

    /// Sees values and revisions arrive, on the one clock of this process.
    private static final class Observer {

        private final Map<String, Long> live = new ConcurrentHashMap<>();
        private final Map<String, Long> synced = new ConcurrentHashMap<>();
        private final AtomicInteger applicationWrites = new AtomicInteger();

        void configMap(JsonNode event) {
            long now = System.nanoTime();
            var object = event.path("object");
            if (object.at("/metadata/name").asText().equals(CONFIG_MAP)
                    && object.at("/metadata/namespace").asText().equals(NAME)) {
                live.putIfAbsent(object.at("/data/value").asText(), now);
            }
        }

        void application(JsonNode event) {
            long now = System.nanoTime();
            var object = event.path("object");
            var name = object.at("/metadata/name").asText();
            if (name.equals(NAME)) {
                applicationWrites.incrementAndGet();
            }
            if (object.at("/status/sync/status").asText().equals("Synced")) {
                synced.putIfAbsent(name + object.at("/status/sync/revision").asText(), now);
            }
        }

        long awaitLive(String value) {
            return await(live, value, value + " is live");
        }

        long awaitSynced(String application, String commit) {
            return await(synced, application + commit, application + " is synced at " + commit);
        }

        private static long await(Map<String, Long> seen, String key, String what) {
            Patience.until(PATIENCE, what, () -> seen.containsKey(key));
            return seen.get(key);
        }
    }

    /// The same work, bare and one thing after the other.
    private record Floor(SampleClone git, Cluster cluster, TopicHops hops, Load.Connection sender) {

        Steps measure(String commit, String value) throws IOException {
            long start = System.nanoTime();
            git.fetch(commit);
            long fetched = System.nanoTime();
            git.parse(commit, FOLDER);
            long parsed = System.nanoTime();
            cluster.apply(
                    "/api/v1/namespaces/" + TWIN_NAMESPACE + "/configmaps/" + CONFIG_MAP,
                    Samples.configMap(CONFIG_MAP, TWIN_NAMESPACE, value));
            long applied = System.nanoTime();
            hops.hop();
            hops.hop();
            long hopped = System.nanoTime();
            if (sender.post(0) != 202) {
                throw new IOException("A delivery was refused");
            }
            long answered = System.nanoTime();
            return new Steps(
                    (fetched - start) / 1e6,
                    (parsed - fetched) / 1e6,
                    (applied - parsed) / 1e6,
                    (hopped - applied) / 1e6,
                    (answered - hopped) / 1e6);
        }
    }
}
