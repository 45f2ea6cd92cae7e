package io.tiphys.repo.host;

import io.tiphys.repo.ManifestFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How often one host is asked: so often in a second, as many of those at once, and not before it
/// said. Whoever asks waits for its turn, in the order in which they came.
public final class Pace {

    /// Who would have to wait longer is sent away, and comes again when there is less to do.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /// More a host cannot mean, or must not.
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /// What was not asked for longer is not made up for.
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final Timer timer;

    /// When all that was asked would have been, one after another at an even pace.
    private Instant evenly = Instant.MIN;

    private Instant notBefore = Instant.MIN;

    /// What time is, and waiting.
    public interface Timer {

        /// The one that a clock on the wall shows.
        Timer REAL =
                new Timer() {
                    @Override
                    public Instant now() {
                        return Instant.now();
                    }

                    @Override
                    public void sleep(Duration duration) throws InterruptedException {
                        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
                    }
                };

        Instant now();

        void sleep(Duration duration) throws InterruptedException;
    }

    public Pace(Timer timer) {
        this.timer = timer;
    }

    /// Returns when the host may be asked.
    ///
    /// @param host for messages
    /// @param perSecond how often it may be asked; zero for as often as anybody wants
    /// @throws ManifestFailure if that takes too long
    public void await(String host, int perSecond) {
        var wait = turn(host, perSecond);
        try {
            if (wait.isPositive()) {
                timer.sleep(wait);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ManifestFailure("Interrupted while waiting for " + host, true);
        }
    }

    private synchronized Duration turn(String host, int perSecond) {
        var now = timer.now();
        var pause = Duration.between(now, notBefore.isBefore(now) ? now : notBefore);
        if (pause.compareTo(LONGEST_WAIT) > 0) {
            throw new ManifestFailure(
                    "%s is not asked: it wants to be left alone until %s"
                            .formatted(host, notBefore),
                    true);
        }
        if (perSecond == 0) {
            return pause;
        }
        var next = (evenly.isBefore(now) ? now : evenly).plus(AT_ONCE.dividedBy(perSecond));
        var ahead = Duration.between(now, next).minus(AT_ONCE);
        var wait = pause.plus(ahead.isNegative() ? Duration.ZERO : ahead);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw new ManifestFailure(
                    "%s is not asked: too many questions wait for it at %d a second"
                            .formatted(host, perSecond),
                    true);
        }
        evenly = next;
        return wait;
    }

    /// Takes in that the host wants to be left alone.
    ///
    /// @param retryAfter as the head of that name has it; empty if it did not say
    /// @param otherwise how long it is left alone then
    /// @return whether that is short enough to be waited for
    public synchronized boolean pause(String retryAfter, Duration otherwise) {
        var now = timer.now();
        var pause = duration(retryAfter, now).orElse(otherwise);
        var until = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        notBefore = notBefore.isBefore(until) ? until : notBefore;
        return Duration.between(now, notBefore).compareTo(LONGEST_WAIT) <= 0;
    }

    /// Seconds, or a date.
    private static Optional<Duration> duration(String retryAfter, Instant now) {
        var text = retryAfter.strip();
        try {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(date.isBefore(now) ? Duration.ZERO : Duration.between(now, date));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}
