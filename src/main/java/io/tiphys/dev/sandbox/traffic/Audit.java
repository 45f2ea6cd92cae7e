package io.tiphys.dev.sandbox.traffic;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts requests by verb and resource, for tests and benchmarks that ask how much was asked.
public final class Audit {

    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

    public void count(String verb, String resource) {
        counters.computeIfAbsent(verb + " " + resource, _ -> new LongAdder()).increment();
    }

    /// A request that was refused before it came to its resource counts as asked, and once more
    /// with the code of its refusal: `list configmaps` and `list configmaps 403`.
    public void refuse(String verb, String resource, int code) {
        count(verb, resource);
        count(verb, resource + " " + code);
    }

    public Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        counters.forEach((what, count) -> counts.put(what, count.sum()));
        return counts;
    }

    /// The counts as a real API server tells them, in the text format of Prometheus.
    public String metrics() {
        var text = new StringBuilder("# TYPE apiserver_request_total counter\n");
        counts().entrySet().stream()
                .filter(it -> it.getKey().indexOf(' ') == it.getKey().lastIndexOf(' '))
                .forEach(it -> text.append(sample(it.getKey(), it.getValue())));
        return text.toString();
    }

    private static String sample(String what, long count) {
        var verb = what.substring(0, what.indexOf(' ')).toUpperCase(Locale.ROOT);
        var target = what.substring(verb.length() + 1).split("/", 2);
        var type = target[0].split("\\.", 2);
        return "apiserver_request_total{group=\"%s\",resource=\"%s\",subresource=\"%s\",verb=\"%s\"} %d\n"
                .formatted(
                        type.length == 2 ? type[1] : "",
                        type[0],
                        target.length == 2 ? target[1] : "",
                        verb,
                        count);
    }
}
