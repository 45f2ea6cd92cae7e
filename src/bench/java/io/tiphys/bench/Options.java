package io.tiphys.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the command line asks for.
///
/// @param objects of one Application, in the order of the measurements of B4
/// @param rounds the first is not counted; in B2, pushes of each kind; in B12, blocks
/// @param warmUp how many of the rounds of B8 are not counted
/// @param applications how many are registered, in the order of the measurements of B1, B2 and B5.
///     B12 takes the least that is not 0
/// @param deliveries in one block of B1
/// @param commits in one round of B3
/// @param idle Applications beside the one that B3 changes
/// @param waving Applications of B6 that one push changes
/// @param refs how many the monorepo of B2 has, in the order of the measurements
/// @param seconds how long the storm of B10 lasts
/// @param rate deliveries a second of that storm; less where the bare pipe cannot do it
/// @param load deliveries a second while things are killed in B11
/// @param kills how often the service is killed in B11
/// @param live how many objects a cluster has, of each of the two sorts of B9
/// @param away for how many seconds the broker is stopped in B11, in turn
/// @param applyMillis that the sandbox of B4, B5 and B8 takes at least to apply a ConfigMap
/// @param kubeconfig of a cluster that B4, B5 and B8 use instead of a sandbox, and leave full of
///     what they made
/// @param clusterPids of the processes of that cluster that run here
record Options(
        List<String> only,
        List<Integer> objects,
        int rounds,
        int warmUp,
        List<Integer> applications,
        int deliveries,
        int commits,
        int idle,
        int waving,
        List<Integer> refs,
        int seconds,
        int rate,
        int load,
        int kills,
        List<Integer> away,
        int live,
        int applyMillis,
        Optional<Path> kubeconfig,
        List<Long> clusterPids,
        Path out) {

    static final String USAGE =
            """
            src/bench/run [--only B1|B2|B3|B4|B5|B6|B7|B8|B9|B10|B11|B12|sandbox] [--rounds 7]
                          [--apps 0,500,5000] [--objects 100,1000] [--live 50000] [--waving 100]
                          [--deliveries 5000] [--commits 10] [--idle 100] [--refs 200,10000]
                          [--seconds 60] [--rate 10000] [--load 2000] [--kills 5] [--away 10,60]
                          [--apply-millis 0] [--kubeconfig FILE] [--cluster-pids 12,34]
                          [--warm-up 1] [--out target/bench.json]\
            """;

    private static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("--only", "B1,B3"),
                    Map.entry("--objects", "100,1000"),
                    Map.entry("--rounds", "7"),
                    Map.entry("--warm-up", "1"),
                    Map.entry("--apps", "0,500,5000"),
                    Map.entry("--deliveries", "5000"),
                    Map.entry("--commits", "10"),
                    Map.entry("--idle", "100"),
                    Map.entry("--waving", "100"),
                    Map.entry("--refs", "200,10000"),
                    Map.entry("--seconds", "60"),
                    Map.entry("--rate", "10000"),
                    Map.entry("--load", "2000"),
                    Map.entry("--kills", "5"),
                    Map.entry("--away", "10,60"),
                    Map.entry("--live", "50000"),
                    Map.entry("--apply-millis", "0"),
                    Map.entry("--kubeconfig", ""),
                    Map.entry("--cluster-pids", ""),
                    Map.entry("--out", "target/bench.json"));

    static Options parse(String[] arguments) {
        var given = new TreeMap<>(DEFAULTS);
        for (int i = 0; i < arguments.length; i += 2) {
            if (!DEFAULTS.containsKey(arguments[i])) {
                throw new IllegalArgumentException("Unknown: " + arguments[i]);
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " lacks its value");
            }
            given.put(arguments[i], arguments[i + 1]);
        }
        var options =
                new Options(
                        List.of(given.get("--only").split(",")),
                        numbers(given.get("--objects")),
                        Integer.parseInt(given.get("--rounds")),
                        Integer.parseInt(given.get("--warm-up")),
                        numbers(given.get("--apps")),
                        Integer.parseInt(given.get("--deliveries")),
                        Integer.parseInt(given.get("--commits")),
                        Integer.parseInt(given.get("--idle")),
                        Integer.parseInt(given.get("--waving")),
                        numbers(given.get("--refs")),
                        Integer.parseInt(given.get("--seconds")),
                        Integer.parseInt(given.get("--rate")),
                        Integer.parseInt(given.get("--load")),
                        Integer.parseInt(given.get("--kills")),
                        numbers(given.get("--away")),
                        Integer.parseInt(given.get("--live")),
                        Integer.parseInt(given.get("--apply-millis")),
                        Optional.of(given.get("--kubeconfig"))
                                .filter(it -> !it.isEmpty())
                                .map(it -> Path.of(it).toAbsolutePath()),
                        Stream.of(given.get("--cluster-pids").split(","))
                                .filter(it -> !it.isEmpty())
                                .map(Long::valueOf)
                                .toList(),
                        Path.of(given.get("--out")));
        if (options.rounds < 2) {
            throw new IllegalArgumentException("--rounds: the first is not counted, so 2 or more");
        }
        if (options.warmUp < 1 || options.warmUp >= options.rounds) {
            throw new IllegalArgumentException("--warm-up: 1 or more, and fewer than --rounds");
        }
        return options;
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(",")).map(Integer::valueOf).sorted().toList();
    }
}
