package io.tiphys.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What the command line asks for.
///
/// @param rounds the first is not counted
/// @param applications how many are registered, in the order of the measurements of B1
/// @param deliveries in one block of B1
/// @param commits in one round of B3
/// @param idle Applications beside the one that B3 changes
record Options(
        List<String> only,
        int rounds,
        List<Integer> applications,
        int deliveries,
        int commits,
        int idle,
        Path out) {

    static final String USAGE =
            """
            src/bench/run [--only B1|B3|sandbox] [--rounds 7] [--apps 0,500,5000] [--deliveries 5000]
                          [--commits 10] [--idle 100] [--out target/bench.json]\
            """;

    static Options parse(String[] arguments) {
        var options =
                new Options(
                        List.of("B1", "B3"),
                        7,
                        List.of(0, 500, 5000),
                        5000,
                        10,
                        100,
                        Path.of("target/bench.json"));
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " lacks its value");
            }
            options = options.with(arguments[i], arguments[i + 1]);
        }
        if (options.rounds < 2) {
            throw new IllegalArgumentException("--rounds: the first is not counted, so 2 or more");
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--only" ->
                    new Options(
                            List.of(value), rounds, applications, deliveries, commits, idle, out);
            case "--rounds" ->
                    new Options(
                            only,
                            Integer.parseInt(value),
                            applications,
                            deliveries,
                            commits,
                            idle,
                            out);
            case "--apps" ->
                    new Options(only, rounds, numbers(value), deliveries, commits, idle, out);
            case "--deliveries" ->
                    new Options(
                            only,
                            rounds,
                            applications,
                            Integer.parseInt(value),
                            commits,
                            idle,
                            out);
            case "--commits" ->
                    new Options(
                            only,
                            rounds,
                            applications,
                            deliveries,
                            Integer.parseInt(value),
                            idle,
                            out);
            case "--idle" ->
                    new Options(
                            only,
                            rounds,
                            applications,
                            deliveries,
                            commits,
                            Integer.parseInt(value),
                            out);
            case "--out" ->
                    new Options(
                            only, rounds, applications, deliveries, commits, idle, Path.of(value));
            default -> throw new IllegalArgumentException("Unknown: " + name);
        };
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(",")).map(Integer::valueOf).sorted().toList();
    }
}
