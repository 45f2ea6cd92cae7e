package io.tiphys.application;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.sync.Drift;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What was healed of Applications lately, to tell an accident from a fight. Lost on a restart,
/// which only means that a fight is noticed anew.
@Singleton
class HealHistory {

    private static final Duration LATELY = Duration.ofMinutes(10);
    private static final int MAX = 32;

    private record Heal(Instant time, Set<Drift> drifts) {}

    /// In the order of time.
    private final Map<ApplicationId, List<Heal>> heals = new ConcurrentHashMap<>();

    void healed(ApplicationId application, Set<Drift> drifts, Instant now) {
        heals.merge(
                application,
                List.of(new Heal(now, drifts)),
                (known, more) ->
                        Stream.concat(
                                        known.stream().skip(Math.max(0, known.size() + 1 - MAX)),
                                        more.stream())
                                .toList());
    }

    /// Those that were healed so often, whoever was behind it, that it is worth to ask who is.
    Set<Drift> suspected(ApplicationId application, Set<Drift> drifts, Instant now) {
        var lately = lately(application, now);
        return drifts.stream()
                .filter(drift -> times(lately, drift::isSameField).size() >= Drift.SUSPECTED)
                .collect(Collectors.toSet());
    }

    /// Those that were healed before.
    List<Drift.Repeated> repeated(ApplicationId application, Set<Drift> drifts, Instant now) {
        var lately = lately(application, now);
        return drifts.stream().flatMap(drift -> repeated(lately, drift).stream()).toList();
    }

    private static List<Drift.Repeated> repeated(List<Heal> lately, Drift drift) {
        var times = times(lately, drift::equals);
        return times.isEmpty()
                ? List.of()
                : List.of(new Drift.Repeated(drift, times.size(), times.getLast()));
    }

    private static List<Instant> times(List<Heal> lately, Predicate<Drift> which) {
        return lately.stream()
                .filter(it -> it.drifts.stream().anyMatch(which))
                .map(Heal::time)
                .toList();
    }

    private List<Heal> lately(ApplicationId application, Instant now) {
        var lately =
                heals.computeIfPresent(
                        application,
                        (_, known) -> {
                            var kept =
                                    known.stream()
                                            .filter(it -> !it.time.isBefore(now.minus(LATELY)))
                                            .toList();
                            return kept.isEmpty() ? null : kept;
                        });
        return lately == null ? List.of() : lately;
    }
}
