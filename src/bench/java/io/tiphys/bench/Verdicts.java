package io.tiphys.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/// What was promised, and whether it holds: `yes`, `NO` or `no verdict`.
final class Verdicts {

    private final Map<String, String> verdicts = new LinkedHashMap<>();

    void add(String promise, boolean holds) {
        add(promise, holds ? "yes" : "NO");
    }

    void add(String promise, String verdict) {
        verdicts.put(promise, verdict);
    }

    Map<String, String> printed() {
        System.out.println();
        verdicts.forEach((promise, verdict) -> System.out.printf("%-110s %s%n", promise, verdict));
        return verdicts;
    }
}
