package io.tiphys.support;

import io.tiphys.repo.host.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A time that goes on when somebody sleeps, and when a test says so.
public final class SteppedTimer implements Pace.Timer {

    public final List<Duration> slept = new ArrayList<>();
    public Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void sleep(Duration duration) {
        slept.add(duration);
        now = now.plus(duration);
    }
}
