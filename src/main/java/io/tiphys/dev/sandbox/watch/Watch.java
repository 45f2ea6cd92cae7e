package io.tiphys.dev.sandbox.watch;

import io.tiphys.dev.sandbox.storage.Change;
import io.tiphys.dev.sandbox.storage.Selector;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The changes that one reader asked for, kept until it takes them; a reader that is too slow for
/// its bound loses the watch and must begin again.
public final class Watch implements AutoCloseable {

    /// What is watched, and from where.
    ///
    /// @param namespace empty for all
    /// @param since null to begin with everything as it stands
    public record Scope(String shelf, String namespace, Selector selector, @Nullable Long since) {}

    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    public record Event(Kind kind, Stored object) {}

    private final Store store;
    private final Scope scope;
    private final Runnable wake;
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private final Consumer<Change> listener = this::offer;
    private boolean overrun;
    private int bound;

    private Watch(Store store, Scope scope, Runnable wake) {
        this.store = store;
        this.scope = scope;
        this.wake = wake;
    }

    /// Begins to watch.
    ///
    /// @param wake told, from any thread, that events wait; must be quick
    /// @return null where the revision to begin from is forgotten
    public static @Nullable Watch open(Store store, Scope scope, Runnable wake) {
        var watch = new Watch(store, scope, wake);
        return store.<@Nullable Watch>together(() -> watch.begin() ? watch : null);
    }

    private boolean begin() {
        var since = scope.since();
        if (since == null) {
            for (var object : store.list(scope.shelf(), scope.namespace()).objects()) {
                if (scope.selector().matches(object)) {
                    waiting.add(new Event(Kind.ADDED, object));
                }
            }
        } else {
            var missed = store.since(since);
            if (missed == null) {
                return false;
            }
            missed.forEach(this::add);
        }
        bound = waiting.size() + store.historyLimit();
        store.listen(listener);
        return true;
    }

    private void offer(Change change) {
        synchronized (waiting) {
            if (waiting.size() >= bound) {
                overrun = true;
            } else if (!add(change)) {
                return;
            }
        }
        wake.run();
    }

    private boolean add(Change change) {
        var key = change.after().key();
        var elsewhere =
                !key.shelf().equals(scope.shelf())
                        || !(scope.namespace().isEmpty()
                                || key.namespace().equals(scope.namespace()));
        if (elsewhere) {
            return false;
        }
        var before = change.before();
        var was = before != null && scope.selector().matches(before);
        var is = !change.removed() && scope.selector().matches(change.after());
        if (!was && !is) {
            return false;
        }
        var kind = was ? is ? Kind.MODIFIED : Kind.DELETED : Kind.ADDED;
        // What leaves the selection is shown as it was, at the revision at which it left.
        var seen =
                before != null && was && !is && !change.removed()
                        ? before.at(change.revision())
                        : change.after();
        waiting.add(new Event(kind, seen));
        return true;
    }

    /// Takes what waits; null once the reader has fallen too far behind.
    public @Nullable List<Event> take(int most) {
        synchronized (waiting) {
            if (overrun) {
                return null;
            }
            var events = new ArrayList<Event>(Math.min(most, waiting.size()));
            while (events.size() < most && !waiting.isEmpty()) {
                events.add(waiting.removeFirst());
            }
            return events;
        }
    }

    /// The revision that the reader has seen all of, or -1 while events still wait.
    public long caughtUp() {
        return store.together(
                () -> {
                    synchronized (waiting) {
                        return waiting.isEmpty() ? store.revision() : -1;
                    }
                });
    }

    @Override
    public void close() {
        store.unlisten(listener);
    }
}
