package io.tiphys.repo.git;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The commits that a mirror gave out lately. Somebody may still read them when nothing leads to
/// them any more.
final class RecentCommits {

    /// No rendering takes longer.
    private static final Duration GRACE = Duration.ofHours(1);

    private static final int MOST = 4_096;

    private final InstantSource clock;

    /// When they were given out; who was first is first. Guarded by itself.
    private final Map<String, Instant> given =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                    return size() > MOST;
                }
            };

    private volatile Instant lastUse;

    RecentCommits(InstantSource clock) {
        this.clock = clock;
        lastUse = clock.instant();
    }

    /// @return the commit
    String add(String commit) {
        var now = clock.instant();
        lastUse = now;
        synchronized (given) {
            given.put(commit, now);
        }
        return commit;
    }

    Instant lastUse() {
        return lastUse;
    }

    /// What is older is no longer in use.
    Instant since() {
        return clock.instant().minus(GRACE);
    }

    List<String> all() {
        var since = since();
        synchronized (given) {
            given.values().removeIf(since::isAfter);
            return List.copyOf(given.keySet());
        }
    }
}
