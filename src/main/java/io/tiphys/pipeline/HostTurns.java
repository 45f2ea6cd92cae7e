package io.tiphys.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Whose turn it is to ask one Git host: some at once, some a second. A host that fails is asked by
/// one at a time, after pauses that double; who waits meanwhile keeps its place.
///
/// Bounded by those who ask: each waits here at most once.
final class HostTurns {

    private static final Logger LOG = Logger.getLogger(HostTurns.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final String host;
    private final int atOnce;
    private final Duration gap;
    private final Duration longestPause;
    private final Timing timing;
    private final Queue<Supplier<Optional<String>>> waiting = new ArrayDeque<>();
    private int asking;
    private Instant notBefore = Instant.MIN;
    private boolean waking;
    private boolean failing;
    private Duration pause = FIRST_PAUSE;

    /// @param perSecond how many questions may begin in a second
    HostTurns(String host, int atOnce, int perSecond, Duration longestPause, Timing timing) {
        this.host = host;
        this.atOnce = atOnce;
        this.gap = Duration.ofSeconds(1).dividedBy(perSecond);
        this.longestPause = longestPause;
        this.timing = timing;
    }

    /// Asks when it is time.
    ///
    /// @param question answers why the host did not answer, or nothing if it did; never throws
    synchronized void add(Supplier<Optional<String>> question) {
        waiting.add(question);
        begin();
    }

    private synchronized void begin() {
        while (!waiting.isEmpty() && asking < (failing ? 1 : atOnce)) {
            var now = timing.now();
            if (now.isBefore(notBefore)) {
                wakeIn(Duration.between(now, notBefore));
                return;
            }
            notBefore = now.plus(gap);
            asking++;
            var question = waiting.remove();
            timing.run(() -> end(question.get()));
        }
    }

    private void wakeIn(Duration delay) {
        if (!waking) {
            waking = true;
            timing.after(delay, this::wake);
        }
    }

    private synchronized void wake() {
        waking = false;
        begin();
    }

    private synchronized void end(Optional<String> problem) {
        asking--;
        if (problem.isPresent()) {
            if (!failing) {
                LOG.warnf("The Git host %s does not answer: %s", host, problem.get());
            }
            failing = true;
            notBefore = timing.now().plus(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(longestPause) < 0 ? pause : longestPause;
        } else if (failing) {
            LOG.infof("The Git host %s answers again", host);
            failing = false;
            pause = FIRST_PAUSE;
        }
        begin();
    }
}
