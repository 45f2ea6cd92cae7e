package io.tiphys.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Time that passes when a test says so. Work is done at once, on the test's thread.
final class DrivenTime implements Timing {

    private record Later(Instant at, long order, Runnable task) {}

    private final PriorityQueue<Later> later =
            new PriorityQueue<>(Comparator.comparing(Later::at).thenComparing(Later::order));
    private Instant now = Instant.EPOCH;
    private long order;

    /// What chance says from now on.
    double chance;

    /// Lets time pass, with all that falls into it.
    void pass(Duration duration) {
        var end = now.plus(duration);
        while (!later.isEmpty() && !later.peek().at.isAfter(end)) {
            var next = later.remove();
            now = next.at;
            next.task.run();
        }
        now = end;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void after(Duration delay, Runnable task) {
        later.add(new Later(now.plus(delay), order++, task));
    }

    @Override
    public void run(Runnable task) {
        task.run();
    }

    @Override
    public double chance() {
        return chance;
    }
}
