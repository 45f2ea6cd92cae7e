package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// B6, of self-heal: how long a field that somebody changed six times, a second apart, is otherwise
/// each time; how long an object is gone that somebody deleted; and how often a field is put back
/// when somebody fights over it.
///
/// Each round has a ConfigMap of its own. Its floor is a client that puts a twin of it back as soon
/// as its watch tells it to, measured after each attempt on the same watch.
final class Heals {

    private static final String NAME = "bench-heal";
    private static final String TWINS = "bench-heal-twin";
    private static final String DECLARED = "declared";
    private static final String REMADE = "remade-";
    private static final String GONE = "is gone";
    private static final int DELETED = 0;
    private static final long ANY_TIME = Long.MIN_VALUE;
    private static final int ATTEMPTS = 6;
    private static final Duration APART = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FIGHT = Duration.ofSeconds(60);
    private static final double TARGET_OF_FLOOR = 1.5;
    private static final int TARGET_OF_FIGHT = 20;

    private final Options options;

    Heals(Options options) {
        this.options = options;
    }

    /// @param attempt [#DELETED] if it was deleted
    /// @param healed milliseconds from the change to the declared value, both as a watch tells them
    /// @param floor the same of the twin
    private record Heal(int round, int attempt, double healed, double floor) {

        double ratio() {
            return healed / floor;
        }
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB6 Self-heal: %d rounds (the first not counted) of %d changes%n%n",
                options.rounds(), ATTEMPTS);
        try (var service = Service.start();
                var cluster = service.cluster();
                var git = SampleClone.of(service)) {
            var observer = new Observer();
            cluster.watch("/api/v1/configmaps", observer::configMap);
            deploy(service, cluster, git, observer);
            var heals = new ArrayList<Heal>();
            for (int round = 0; round < options.rounds(); round++) {
                for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                    heals.add(
                            new Heal(
                                    round,
                                    attempt,
                                    heal(cluster, observer, round, attempt),
                                    floor(cluster, observer, round, attempt)));
                    Patience.pause(APART);
                }
                heals.add(remake(cluster, observer, round));
            }
            return report(heals, fight(cluster, observer));
        }
    }

    private void deploy(Service service, Cluster cluster, SampleClone git, Observer observer)
            throws IOException {
        var files = new LinkedHashMap<String, String>();
        for (int i = 0; i <= options.rounds(); i++) {
            files.put(NAME + "/" + map(i) + ".yaml", Samples.configMap(map(i), "", DECLARED));
            files.put(
                    NAME + "/" + REMADE + i + ".yaml", Samples.configMap(REMADE + i, "", DECLARED));
        }
        git.push(files);
        cluster.create(
                "/api/v1/namespaces",
                """
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
                """
                        .formatted(TWINS));
        cluster.create(
                Cluster.APPLICATIONS,
                Samples.application(NAME, service.sampleRepository(), NAME, true));
        for (int i = 0; i <= options.rounds(); i++) {
            set(cluster, TWINS, map(i), DECLARED);
            set(cluster, TWINS, REMADE + i, DECLARED);
            observer.await(NAME, map(i), DECLARED, ANY_TIME);
        }
        Patience.pause(Duration.ofSeconds(5));
    }

    private static double heal(Cluster cluster, Observer observer, int round, int attempt)
            throws IOException {
        var value = "changed-" + attempt;
        set(cluster, NAME, map(round), value);
        long changed = observer.await(NAME, map(round), value, ANY_TIME);
        return (observer.await(NAME, map(round), DECLARED, changed) - changed) / 1e6;
    }

    /// Deletes an object, and its twin, of the round's own.
    private static Heal remake(Cluster cluster, Observer observer, int round) throws IOException {
        var name = REMADE + round;
        long gone = delete(cluster, observer, NAME, name);
        long back = observer.await(NAME, name, DECLARED, gone);
        long twinGone = delete(cluster, observer, TWINS, name);
        set(cluster, TWINS, name, DECLARED);
        long twinBack = observer.await(TWINS, name, DECLARED, twinGone);
        return new Heal(round, DELETED, (back - gone) / 1e6, (twinBack - twinGone) / 1e6);
    }

    private static long delete(Cluster cluster, Observer observer, String namespace, String name)
            throws IOException {
        cluster.delete("/api/v1/namespaces/" + namespace + "/configmaps/" + name);
        return observer.await(namespace, name, GONE, ANY_TIME);
    }

    private static double floor(Cluster cluster, Observer observer, int round, int attempt)
            throws IOException {
        var value = "changed-" + attempt;
        set(cluster, TWINS, map(round), value);
        long changed = observer.await(TWINS, map(round), value, ANY_TIME);
        set(cluster, TWINS, map(round), DECLARED);
        return (observer.await(TWINS, map(round), DECLARED, changed) - changed) / 1e6;
    }

    /// Changes a ConfigMap whenever it was put back.
    ///
    /// @return how often that was
    private int fight(Cluster cluster, Observer observer) throws IOException {
        var name = map(options.rounds());
        long end = System.nanoTime() + FIGHT.toNanos();
        int heals = 0;
        while (true) {
            var value = "fought-" + heals;
            set(cluster, NAME, name, value);
            long changed = observer.await(NAME, name, value, ANY_TIME);
            while (!observer.has(NAME, name, DECLARED, changed)) {
                if (System.nanoTime() > end) {
                    return heals;
                }
                Patience.pause(Duration.ofMillis(1));
            }
            heals++;
        }
    }

    private static void set(Cluster cluster, String namespace, String name, String value)
            throws IOException {
        cluster.apply(
                "/api/v1/namespaces/" + namespace + "/configmaps/" + name,
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"},
                 "data": {"value": "%s"}}
                """
                        .formatted(name, value));
    }

    private static String map(int number) {
        return "heal-" + number;
    }

    private Map<String, Object> report(List<Heal> heals, int fought) {
        System.out.println("attempt    healed p50 ms    floor p50 ms    ratio");
        var result = new LinkedHashMap<String, Object>();
        var verdicts = new Verdicts();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            int wanted = attempt;
            var counted =
                    heals.stream().filter(it -> it.attempt == wanted && it.round > 0).toList();
            var ratios = Statistics.spread(counted.stream().map(Heal::ratio).toList());
            System.out.printf(
                    "%7d %16.1f %15.1f    %s%n",
                    attempt,
                    Statistics.median(counted.stream().map(Heal::healed).toList()),
                    Statistics.median(counted.stream().map(Heal::floor).toList()),
                    ratios);
            result.put("attempt" + attempt + "OfFloor", ratios.json());
            if (attempt == 1 || attempt == ATTEMPTS) {
                verdicts.add(
                        "attempt %d: at most %s of the floor".formatted(attempt, TARGET_OF_FLOOR),
                        ratios.atMost(TARGET_OF_FLOOR));
            }
        }
        deleted(heals, verdicts, result);
        System.out.printf("a fight of %d s: put back %d times%n", FIGHT.toSeconds(), fought);
        verdicts.add(
                "a fight: at most %d heals a minute".formatted(TARGET_OF_FIGHT),
                fought <= TARGET_OF_FIGHT);
        result.put("healsInAFight", fought);
        result.put("verdicts", verdicts.printed());
        result.put("heals", heals);
        return result;
    }

    private static void deleted(List<Heal> heals, Verdicts verdicts, Map<String, Object> result) {
        var counted = heals.stream().filter(it -> it.attempt == DELETED && it.round > 0).toList();
        var ratios = Statistics.spread(counted.stream().map(Heal::ratio).toList());
        System.out.printf(
                "deleted %16.1f %15.1f    %s%n",
                Statistics.median(counted.stream().map(Heal::healed).toList()),
                Statistics.median(counted.stream().map(Heal::floor).toList()),
                ratios);
        result.put("deletedOfFloor", ratios.json());
        verdicts.add(
                "deleted: at most %s of the floor".formatted(TARGET_OF_FLOOR),
                ratios.atMost(TARGET_OF_FLOOR));
    }

    /// When a value was seen last, on the one clock of this process.
    private static final class Observer {

        private final Map<String, Long> seen = new ConcurrentHashMap<>();

        void configMap(JsonNode event) {
            long now = System.nanoTime();
            var object = event.path("object");
            boolean gone = event.path("type").asText().equals("DELETED");
            seen.put(
                    key(
                            object.at("/metadata/namespace").asText(),
                            object.at("/metadata/name").asText(),
                            gone ? GONE : object.at("/data/value").asText()),
                    now);
        }

        boolean has(String namespace, String name, String value, long after) {
            return seen.getOrDefault(key(namespace, name, value), ANY_TIME) > after;
        }

        long await(String namespace, String name, String value, long after) {
            Patience.until(
                    PATIENCE,
                    namespace + "/" + name + " is " + value,
                    () -> has(namespace, name, value, after));
            return seen.get(key(namespace, name, value));
        }

        private static String key(String namespace, String name, String value) {
            return namespace + "/" + name + "/" + value;
        }
    }
}
