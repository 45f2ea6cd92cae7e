package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is known of one revision's name. Kept in memory rather than read from the mirror's files:
/// nobody else writes them, and every comparison asks.
///
/// @param ref the full ref that it turned out to be
/// @param tip the commit that it stands for; null if it is none
/// @param fetchedAt when the newest fetch of it began, by [System#nanoTime()]
/// @param pushes ids of events that the newest fetch came after
record RefState(String ref, @Nullable String tip, long fetchedAt, Set<String> pushes) {

    RefState at(String commit) {
        return new RefState(ref, commit, fetchedAt, pushes);
    }

    /// Whether it is new enough for who asks.
    ///
    /// @param askedNanos when they did: a fetch since then is always new enough
    boolean satisfies(FetchDemand demand, long askedNanos) {
        if (tip == null) {
            return false;
        }
        if (fetchedAt - askedNanos >= 0) {
            return true;
        }
        boolean young =
                demand.maxAgeSeconds() < 0
                        || askedNanos - fetchedAt
                                < TimeUnit.SECONDS.toNanos(demand.maxAgeSeconds());
        return young
                && demand.pushes().stream()
                        .allMatch(
                                push -> tip.equals(push.commit()) || pushes.contains(push.event()));
    }
}
