package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Push;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// What is known of one revision's name. Kept in memory rather than read from the mirror's files:
/// nobody else writes them, and every comparison asks.
///
/// @param ref the full ref that it turned out to be; empty if the host has none
/// @param tip the commit that it stands for; null if it is none
/// @param tag the annotated tag that it names, which leads to the commit; null if it is none
/// @param seenAt when the host was last asked for it, by [System#nanoTime()]
/// @param pushes ids of events that the newest fetch came after, and commits of pushes of ours
record RefState(
        String ref, @Nullable String tip, @Nullable String tag, long seenAt, Set<String> pushes) {

    /// Where a ref stands that there is not, as events have it.
    static final String NOWHERE = ObjectId.zeroId().name();

    private static final int MAX_REMEMBERED_PUSHES = 512;

    /// Of which nothing is known.
    static final RefState UNKNOWN = new RefState("", null, null, 0, Set.of());

    /// After a push of ours, which is known by its commit.
    RefState at(String commit) {
        return new RefState(ref, commit, null, seenAt, with(List.of(commit)));
    }

    /// To be seen anew, after the pushes of a demand.
    RefState after(FetchDemand demand) {
        var events = demand.pushes().stream().map(Push::event).toList();
        return new RefState(ref, tip, tag, seenAt, with(events));
    }

    /// The newest first.
    private Set<String> with(List<String> events) {
        var all = new LinkedHashSet<>(events);
        pushes.stream().limit(MAX_REMEMBERED_PUSHES - all.size()).forEach(all::add);
        return all;
    }

    /// The tip, or [#NOWHERE].
    String commit() {
        return tip == null ? NOWHERE : tip;
    }

    /// Whether it is new enough for who asks.
    ///
    /// @param askedNanos when they did: a look since then is always new enough
    boolean satisfies(FetchDemand demand, long askedNanos) {
        if (seenAt - askedNanos >= 0) {
            return true;
        }
        boolean young =
                demand.maxAgeSeconds() < 0
                        || askedNanos - seenAt < TimeUnit.SECONDS.toNanos(demand.maxAgeSeconds());
        return young
                && demand.pushes().stream()
                        .allMatch(
                                push ->
                                        commit().equals(push.commit())
                                                || pushes.contains(push.event()));
    }
}
