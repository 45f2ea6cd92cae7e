package io.tiphys.cluster;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Whether an API server is asked at all. While it is broken nobody waits for the server: what is
/// under way ends, and what comes fails at once.
///
/// ```
///            a probe failed, twice
///   closed ------------------------> broken
///          <------------------------
///              a probe succeeded
/// ```
final class Circuit {

    /// What is under way, and how it is ended.
    private final Set<Runnable> underWay = ConcurrentHashMap.newKeySet();

    private final Semaphore troubles = new Semaphore(0);

    /// What has failed for long although the server is there.
    private final Set<String> failing = new HashSet<>();

    private @Nullable String reason;

    /// @throws ApiFailure if it is broken
    synchronized void check() {
        if (reason != null) {
            throw new ApiFailure(0, reason);
        }
    }

    /// Waits while it is broken.
    ///
    /// @return whether it was
    synchronized boolean awaitClosed() throws InterruptedException {
        boolean broken = reason != null;
        while (reason != null) {
            wait();
        }
        return broken;
    }

    /// Something has failed for long although the server is there.
    ///
    /// @return whether that is news: of many that fail for one reason, it is of the first alone
    synchronized boolean fails(String path) {
        return reason == null && failing.add(path) && failing.size() == 1;
    }

    /// It does so no longer.
    ///
    /// @return whether that is news: of many, it is of the last alone
    synchronized boolean recovers(String path) {
        return failing.remove(path) && failing.isEmpty();
    }

    /// @param why told to everybody who asks
    void breakUp(String why) {
        synchronized (this) {
            reason = why;
            failing.clear();
        }
        underWay.forEach(Runnable::run);
    }

    synchronized void close() {
        reason = null;
        notifyAll();
    }

    /// Why it is broken, to who was under way when it broke.
    synchronized ApiFailure failure() {
        return new ApiFailure(0, reason == null ? "The connection was closed" : reason);
    }

    /// @param end must be harmless if what it ends has ended already
    /// @throws ApiFailure if it is broken
    void enter(Runnable end) {
        underWay.add(end);
        try {
            // After the entry: who breaks it up meanwhile ends this one as well.
            check();
        } catch (ApiFailure broken) {
            leave(end);
            throw broken;
        }
    }

    void leave(Runnable end) {
        underWay.remove(end);
    }

    /// Something went wrong that may be the server's whole state.
    synchronized void trouble() {
        if (reason == null && troubles.availablePermits() == 0) {
            troubles.release();
        }
    }

    /// Waits for trouble, but no longer than that.
    void awaitTrouble(long millis) throws InterruptedException {
        if (troubles.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            troubles.drainPermits();
        }
    }
}
