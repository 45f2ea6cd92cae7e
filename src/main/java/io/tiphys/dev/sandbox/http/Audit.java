package io.tiphys.dev.sandbox.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts requests by verb and resource, for tests and benchmarks that ask how much was asked.
public final class Audit {

    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

    void count(String verb, String resource) {
        counters.computeIfAbsent(verb + " " + resource, _ -> new LongAdder()).increment();
    }

    public Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        counters.forEach((what, count) -> counts.put(what, count.sum()));
        return counts;
    }
}
