package io.tiphys.cluster;

import io.tiphys.core.model.ClusterState;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Watches over the connection to one cluster, on a thread of its own that begins when somebody
/// wants the cluster: connects, asks once in a while whether it is still there, breaks the circuit
/// when it is not, and goes on asking until it is back.
///
/// ```
///   Unknown ----> Successful <----> Failed
///      \_______________________________^
/// ```
final class Connection implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Connection.class);

    /// Between two looks when nothing is wrong: what hangs is found out by them alone.
    private static final long CALM_MILLIS = 10_000;

    /// Between two looks at least, whatever troubles are told of.
    private static final long AT_LEAST_MILLIS = 500;

    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LAST_RETRY_MILLIS = 30_000;

    private final String name;
    private final Cluster cluster;
    private final Runnable onChange;
    private final Clock clock = Clock.systemUTC();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private volatile ClusterState state = new ClusterState.Unknown();
    private volatile Optional<Instant> attemptedAt = Optional.empty();
    private volatile Optional<Instant> listedAt = Optional.empty();

    /// @param name for the log
    /// @param onChange told of each change of its state, on its thread
    Connection(String name, Cluster cluster, Runnable onChange) {
        this.name = name;
        this.cluster = cluster;
        this.onChange = onChange;
        thread = Thread.ofVirtual().name("cluster " + name).unstarted(this::run);
    }

    /// Begins to connect, if that has not begun.
    synchronized Connection want() {
        if (thread.getState() == Thread.State.NEW && closed.getCount() > 0) {
            thread.start();
        }
        return this;
    }

    Cluster cluster() {
        return cluster;
    }

    ClusterState state() {
        return state;
    }

    Optional<Instant> attemptedAt() {
        return attemptedAt;
    }

    Optional<Instant> listedAt() {
        return listedAt;
    }

    /// Ends all watches and all that is under way.
    @Override
    public synchronized void close() {
        closed.countDown();
        thread.interrupt();
        end();
    }

    private void end() {
        cluster.cache().close();
        cluster.api().circuit().breakUp("The cluster is no longer connected");
    }

    private void run() {
        long retryMillis = FIRST_RETRY_MILLIS;
        try {
            while (closed.getCount() > 0) {
                var failure = connect();
                if (failure.isEmpty()) {
                    retryMillis = FIRST_RETRY_MILLIS;
                    pause(AT_LEAST_MILLIS);
                    cluster.api().circuit().awaitTrouble(CALM_MILLIS);
                } else {
                    pause(retryMillis + ThreadLocalRandom.current().nextLong(retryMillis / 2 + 1));
                    retryMillis = Math.min(retryMillis * 2, LAST_RETRY_MILLIS);
                }
            }
        } catch (InterruptedException end) {
            // Only close() interrupts.
            Thread.currentThread().interrupt();
        } finally {
            // Again: it may have connected while it was closed.
            end();
        }
    }

    /// @return why it is not connected
    private Optional<String> connect() {
        attemptedAt = Optional.of(clock.instant());
        try {
            probe();
            cluster.api().circuit().close();
            if (listedAt.isEmpty()) {
                cluster.cache().start();
                listedAt = Optional.of(clock.instant());
            }
            become(new ClusterState.Successful());
            return Optional.empty();
        } catch (RuntimeException failure) {
            var why = failure instanceof ApiFailure ? failure.getMessage() : failure.toString();
            cluster.api().circuit().breakUp("The cluster %s: %s".formatted(name, why));
            become(new ClusterState.Failed(String.valueOf(why)));
            return Optional.of(String.valueOf(why));
        }
    }

    /// Once is nothing, while all went well.
    private void probe() {
        try {
            var _ = cluster.api().probe();
        } catch (ApiFailure first) {
            if (!(state instanceof ClusterState.Successful)) {
                throw first;
            }
            var _ = cluster.api().probe();
        }
    }

    private void become(ClusterState now) {
        var before = state;
        if (before.equals(now) || closed.getCount() == 0) {
            return;
        }
        state = now;
        // Why it is out of reach may be told otherwise every time: that concerns nobody.
        if (before instanceof ClusterState.Failed && now instanceof ClusterState.Failed) {
            return;
        }
        switch (now) {
            case ClusterState.Failed(var why) ->
                    LOG.warnf("The cluster %s is out of reach: %s", name, why);
            case ClusterState.Successful _ -> LOG.infof("The cluster %s is connected", name);
            case ClusterState.Unknown _ -> {}
        }
        onChange.run();
    }

    private void pause(long millis) throws InterruptedException {
        var _ = closed.await(millis, TimeUnit.MILLISECONDS);
    }
}
