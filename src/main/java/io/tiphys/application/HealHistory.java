package io.tiphys.application;

import io.tiphys.core.model.ApplicationId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How often Applications were healed lately, to tell an accident from a fight. Lost on a restart,
/// which only means that a fight is noticed anew.
@Singleton
class HealHistory {

    private static final Duration LATELY = Duration.ofMinutes(1);
    private static final int MAX = 32;

    private final Map<ApplicationId, ArrayDeque<Instant>> heals = new ConcurrentHashMap<>();

    void healed(ApplicationId application, Instant now) {
        heals.compute(
                application,
                (_, known) -> {
                    var times = known == null ? new ArrayDeque<Instant>() : known;
                    times.addLast(now);
                    if (times.size() > MAX) {
                        times.removeFirst();
                    }
                    return times;
                });
    }

    int recent(ApplicationId application, Instant now) {
        var count = new int[1];
        heals.computeIfPresent(
                application,
                (_, times) -> {
                    times.removeIf(time -> time.isBefore(now.minus(LATELY)));
                    count[0] = times.size();
                    return times.isEmpty() ? null : times;
                });
        return count[0];
    }
}
