package io.tiphys.bench;

import io.tiphys.bench.Deliveries.Payload;
import io.tiphys.bench.Load.Delivery;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Posts at a steady rate and, as a Git host's operator would, sends again what was refused or not
/// answered: under the same id, to the next address.
final class Sender implements AutoCloseable {

    private static final int CONNECTIONS = 32;
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final List<URI> targets;
    private final List<Payload> payloads;
    private final long intervalNanos;
    private final AtomicInteger next;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    private final BitSet acked = new BitSet();
    private final Map<Integer, Integer> refused = new TreeMap<>();
    private int hangUps;
    private int withoutRetryAfter;
    private long slowestNanos;
    private long marked;
    private long firstAckNanos;

    /// What came of it.
    ///
    /// @param refused how many were answered with which other status
    /// @param withoutRetryAfter how many of those did not say when to come again
    /// @param hangUps connections that broke or could not be made
    /// @param slowestMillis the longest that an answer took
    record Outcome(
            int acked,
            Map<Integer, Integer> refused,
            int withoutRetryAfter,
            int hangUps,
            double slowestMillis) {}

    /// @param first the number of the first delivery
    Sender(List<URI> targets, List<Payload> payloads, int perSecond, int first) {
        this.targets = targets;
        this.payloads = payloads;
        intervalNanos = CONNECTIONS * 1_000_000_000L / perSecond;
        next = new AtomicInteger(first);
        for (int i = 0; i < CONNECTIONS; i++) {
            int worker = i;
            workers.execute(() -> work(worker));
        }
    }

    /// From now on it is waited for an acknowledgement.
    synchronized void mark() {
        marked = System.nanoTime();
        firstAckNanos = 0;
    }

    /// When the first delivery since the mark was acknowledged, by `System.nanoTime()`; 0 if none
    /// was.
    synchronized long firstAck() {
        return firstAckNanos;
    }

    /// The numbers of all that were acknowledged.
    synchronized BitSet acked() {
        return (BitSet) acked.clone();
    }

    /// Where the numbers go on.
    int next() {
        return next.get();
    }

    synchronized Outcome outcome() {
        return new Outcome(
                acked.cardinality(),
                new TreeMap<>(refused),
                withoutRetryAfter,
                hangUps,
                slowestNanos / 1e6);
    }

    private void work(int worker) {
        int target = worker;
        long due = System.nanoTime() + worker * intervalNanos / CONNECTIONS;
        int number = next.getAndIncrement();
        while (!stopped) {
            try (var connection = load(targets.get(target % targets.size())).connect()) {
                while (!stopped) {
                    Patience.pause(Duration.ofNanos(due - System.nanoTime()));
                    if (post(connection, number)) {
                        number = next.getAndIncrement();
                        // What could not be sent in time is not made up for.
                        due = Math.max(due + intervalNanos, System.nanoTime());
                    } else {
                        due = System.nanoTime() + AGAIN.toNanos();
                    }
                }
            } catch (IOException broken) {
                brokenOff();
                target++;
                due = System.nanoTime() + AGAIN.toNanos();
                Patience.pause(AGAIN);
            }
        }
    }

    private Load load(URI target) {
        return new Load(
                target, place -> new Delivery(place, payloads.get(place % payloads.size())));
    }

    private boolean post(Load.Connection connection, int number) throws IOException {
        long began = System.nanoTime();
        int status = connection.post(number);
        answered(number, status, connection.saysWhenToComeAgain(), System.nanoTime() - began);
        return status == 202;
    }

    private synchronized void answered(int number, int status, boolean retryAfter, long nanos) {
        slowestNanos = Math.max(slowestNanos, nanos);
        if (status == 202) {
            acked.set(number);
            if (marked != 0 && firstAckNanos == 0) {
                firstAckNanos = System.nanoTime();
            }
        } else {
            refused.merge(status, 1, Integer::sum);
            withoutRetryAfter += retryAfter ? 0 : 1;
        }
    }

    private synchronized void brokenOff() {
        hangUps++;
    }

    /// Returns when the last was answered.
    void stop() {
        close();
    }

    @Override
    public void close() {
        stopped = true;
        workers.close();
    }
}
