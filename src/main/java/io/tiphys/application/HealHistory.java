package io.tiphys.application;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.sync.Drift;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What was healed of Applications lately, to tell an accident from a fight. Lost on a restart,
/// which only means that a fight is noticed anew.
@Singleton
class HealHistory {

    private static final Duration LATELY = Duration.ofMinutes(10);
    private static final int MAX = 32;

    private record Heal(Instant time, Set<Drift> drifts) {}

    private final Map<ApplicationId, ArrayDeque<Heal>> heals = new ConcurrentHashMap<>();

    void healed(ApplicationId application, Set<Drift> drifts, Instant now) {
        heals.compute(
                application,
                (_, known) -> {
                    var all = known == null ? new ArrayDeque<Heal>() : known;
                    all.addLast(new Heal(now, drifts));
                    if (all.size() > MAX) {
                        all.removeFirst();
                    }
                    return all;
                });
    }

    /// Those that were healed before.
    List<Drift.Repeated> repeated(ApplicationId application, Set<Drift> drifts, Instant now) {
        var repeated = new ArrayList<Drift.Repeated>();
        heals.computeIfPresent(
                application,
                (_, all) -> {
                    all.removeIf(it -> it.time.isBefore(now.minus(LATELY)));
                    for (var drift : drifts) {
                        var times =
                                all.stream()
                                        .filter(it -> it.drifts.contains(drift))
                                        .map(Heal::time)
                                        .toList();
                        if (!times.isEmpty()) {
                            repeated.add(new Drift.Repeated(drift, times.size(), times.getLast()));
                        }
                    }
                    return all.isEmpty() ? null : all;
                });
        return repeated;
    }
}
