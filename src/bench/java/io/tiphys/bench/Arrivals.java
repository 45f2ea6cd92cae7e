package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Sees the Deployments and ConfigMaps of many Applications arrive, by their label `value`, and the
/// Applications become Synced, on the one clock of this process.
final class Arrivals {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// The namespace that is no Application's.
    private final String besides;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> live = new ConcurrentHashMap<>();
    private final Map<String, Long> synced = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    Arrivals(String besides) {
        this.besides = besides;
    }

    void object(JsonNode event) {
        var metadata = event.at("/object/metadata");
        var value = metadata.at("/labels/value").asText();
        if (!value.isEmpty()
                && !metadata.path("namespace").asText().equals(besides)
                && seen.add(
                        metadata.path("namespace").asText()
                                + "/"
                                + metadata.path("name").asText()
                                + "/"
                                + value)) {
            last.set(System.nanoTime());
            live.computeIfAbsent(value, _ -> new AtomicInteger()).incrementAndGet();
        }
    }

    void application(JsonNode event) {
        long now = System.nanoTime();
        var object = event.path("object");
        if (object.at("/status/sync/status").asText().equals("Synced")) {
            synced.putIfAbsent(
                    object.at("/metadata/name").asText()
                            + "@"
                            + object.at("/status/sync/revision").asText(),
                    now);
        }
    }

    /// @return when the last was live and Synced
    long await(String prefix, int count, String commit, String value) {
        Patience.until(
                PATIENCE,
                count + " Applications " + prefix + " are synced at " + commit,
                () -> {
                    for (int i = 0; i < count; i++) {
                        if (!synced.containsKey(prefix + i + "@" + commit)) {
                            return false;
                        }
                    }
                    return live.containsKey(value) && live.get(value).get() == count;
                });
        long end = last.get();
        for (int i = 0; i < count; i++) {
            end = Math.max(end, synced.get(prefix + i + "@" + commit));
        }
        return end;
    }
}
