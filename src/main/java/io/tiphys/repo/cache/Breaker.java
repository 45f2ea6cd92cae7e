package io.tiphys.repo.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// Leaves alone for a while what has failed. Then one may try it, and others do when that went
/// well.
final class Breaker {

    private final Duration pause;
    private final InstantSource clock;

    /// When it may be tried again; the beginning of time if it works.
    private final AtomicReference<Instant> again = new AtomicReference<>(Instant.MIN);

    Breaker(Duration pause, InstantSource clock) {
        this.pause = pause;
        this.clock = clock;
    }

    /// Whether to try it now. Who is told so says how it went.
    boolean isWorthATry() {
        var until = again.get();
        return until.equals(Instant.MIN)
                || (!clock.instant().isBefore(until)
                        && again.compareAndSet(until, clock.instant().plus(pause)));
    }

    void worked() {
        again.set(Instant.MIN);
    }

    /// @return whether it worked until now
    boolean failed() {
        return again.getAndSet(clock.instant().plus(pause)).equals(Instant.MIN);
    }
}
