package io.tiphys.channel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How often what failed for a passing reason is tried before it is put aside, and after which
/// pauses: the first, then twice as long each time, never longer than the last. Broker trouble does
/// not count; while it lasts, nothing can be put aside.
///
/// @param attempts the first one included
public record Retries(int attempts, Duration firstPause, Duration lastPause) {

    /// For work that others of its kind wait behind: half a minute.
    static final Retries OF_EVENTS = new Retries(8, Duration.ofMillis(500), Duration.ofSeconds(8));

    /// For work that nobody waits behind: some five minutes.
    public static final Retries OF_WRITES =
            new Retries(11, Duration.ofSeconds(1), Duration.ofMinutes(1));

    /// Does it, again where that may help. Holds up the thread meanwhile.
    ///
    /// @throws RuntimeException what came of it where it lasts; where it was tried in vain, with
    ///     the number of attempts
    public void run(Runnable deed) {
        for (int attempt = 1, pause = 1; ; pause++) {
            try {
                deed.run();
                return;
            } catch (RuntimeException failure) {
                switch (FailureKind.of(failure)) {
                    case BROKER -> {}
                    case PASSING -> {
                        if (attempt == attempts) {
                            throw new IllegalStateException(
                                    afterAttempts(attempt, failure), failure);
                        }
                        attempt++;
                    }
                    case LASTING -> throw failure;
                }
                rest(pauseAfter(pause), failure);
            }
        }
    }

    Duration pauseAfter(int attempt) {
        var pause = firstPause.multipliedBy(1L << Math.min(attempt - 1, 20));
        return pause.compareTo(lastPause) < 0 ? pause : lastPause;
    }

    /// What a dead letter says.
    static String afterAttempts(int attempts, Throwable failure) {
        return attempts == 1
                ? "It could not be handled: " + failure
                : "It could not be handled in %d attempts: %s".formatted(attempts, failure);
    }

    private static void rest(Duration pause, RuntimeException failure) {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
