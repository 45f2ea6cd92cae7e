package io.tiphys.dev.sandbox.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All objects and the one revision counter, behind one lock. Objects at rest never change, so a
/// list is a copy of references and readers work on after the lock is free.
public final class Store implements AutoCloseable {

    /// What stood on a shelf at one revision.
    public record Snapshot(List<Stored> objects, long revision) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Key, Stored> objects = new TreeMap<>();
    private final Map<String, Set<Key>> dependents = new HashMap<>();
    private final ArrayDeque<Change> history = new ArrayDeque<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final int historyLimit;
    private final @Nullable Journal journal;
    private long revision;
    private long forgotten;

    /// @param journalFile where writes survive a restart; null keeps everything in memory
    public Store(int historyLimit, @Nullable Path journalFile) {
        this.historyLimit = historyLimit;
        this.journal = journalFile == null ? null : Journal.open(journalFile, this::replay);
        forgotten = revision;
    }

    private void replay(Journal.Line line) {
        revision = Math.max(revision, line.revision());
        if (line.object() != null) {
            index(Stored.of(line.key(), line.revision(), line.object()));
        } else if (!line.key().name().isEmpty()) {
            unindex(line.key());
        }
    }

    /// Does several things as one: nobody sees or writes anything in between.
    public <T extends @Nullable Object> T together(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /// How many changes are remembered, and how far a reader may fall behind.
    public int historyLimit() {
        return historyLimit;
    }

    public long revision() {
        return together(() -> revision);
    }

    public @Nullable Stored get(Key key) {
        lock.lock();
        try {
            return objects.get(key);
        } finally {
            lock.unlock();
        }
    }

    /// The objects of a shelf, in order.
    ///
    /// @param namespace empty for all
    public Snapshot list(String shelf, String namespace) {
        return together(
                () -> {
                    var from = new Key(shelf, namespace, "");
                    // The next possible name after a string is the string and a zero character.
                    var to =
                            namespace.isEmpty()
                                    ? new Key(shelf + '\0', "", "")
                                    : new Key(shelf, namespace + '\0', "");
                    return new Snapshot(List.copyOf(objects.subMap(from, to).values()), revision);
                });
    }

    public List<Stored> everything() {
        return together(() -> List.copyOf(objects.values()));
    }

    public List<Stored> inNamespace(String namespace) {
        return together(
                () ->
                        objects.values().stream()
                                .filter(object -> object.key().namespace().equals(namespace))
                                .toList());
    }

    public List<Stored> dependentsOf(String uid) {
        return together(
                () -> {
                    var found = new ArrayList<Stored>();
                    for (var key : dependents.getOrDefault(uid, Set.of())) {
                        var object = objects.get(key);
                        if (object != null) {
                            found.add(object);
                        }
                    }
                    return found;
                });
    }

    /// Stores the object under the next revision, which it carries from then on.
    public Stored put(Key key, ObjectNode object) {
        return together(
                () -> {
                    var stored = stamped(key, object);
                    if (journal != null) {
                        journal.put(stored);
                    }
                    var before = objects.get(key);
                    index(stored);
                    announce(new Change(before, stored, false));
                    return stored;
                });
    }

    /// Takes an object away; its last state gets the revision of the removal.
    public Stored remove(Key key, ObjectNode last) {
        return together(
                () -> {
                    var stored = stamped(key, last);
                    if (journal != null) {
                        journal.remove(key, stored.revision());
                    }
                    var before = objects.get(key);
                    unindex(key);
                    announce(new Change(before, stored, true));
                    return stored;
                });
    }

    private Stored stamped(Key key, ObjectNode object) {
        revision++;
        Json.child(object, "metadata").put("resourceVersion", Long.toString(revision));
        return Stored.of(key, revision, object);
    }

    private void index(Stored stored) {
        unindex(stored.key());
        objects.put(stored.key(), stored);
        for (var uid : stored.ownerUids()) {
            dependents.computeIfAbsent(uid, _ -> new HashSet<>()).add(stored.key());
        }
    }

    private void unindex(Key key) {
        var before = objects.remove(key);
        if (before != null) {
            for (var uid : before.ownerUids()) {
                var keys = dependents.get(uid);
                if (keys != null && keys.remove(key) && keys.isEmpty()) {
                    dependents.remove(uid);
                }
            }
        }
    }

    private void announce(Change change) {
        history.addLast(change);
        if (history.size() > historyLimit) {
            forgotten = history.removeFirst().revision();
        }
        listeners.forEach(listener -> listener.accept(change));
    }

    /// The changes after a revision; null where some of them are forgotten.
    public @Nullable List<Change> since(long revision) {
        lock.lock();
        try {
            if (revision < forgotten) {
                return null;
            }
            var changes = new ArrayList<Change>();
            for (var backwards = history.descendingIterator(); backwards.hasNext(); ) {
                var change = backwards.next();
                if (change.revision() <= revision) {
                    break;
                }
                changes.add(change);
            }
            return changes.reversed();
        } finally {
            lock.unlock();
        }
    }

    /// Forgets all changes so far: nobody can watch on from before this moment.
    public void forgetHistory() {
        lock.lock();
        try {
            history.clear();
            forgotten = revision;
        } finally {
            lock.unlock();
        }
    }

    /// Tells a listener every change, in order, while the lock is held: it must be quick.
    public void listen(Consumer<Change> listener) {
        listeners.add(listener);
    }

    public void unlisten(Consumer<Change> listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (journal != null) {
                journal.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
