package io.tiphys.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/// What somebody who watches is told: every Application as it is, then every change.
final class ApplicationWatch {

    /// How far a slow reader may lag behind. Beyond it the stream ends, and the reader starts anew
    /// from the state of that time.
    private static final int BUFFER = 4096;

    private ApplicationWatch() {}

    /// @param now read when somebody subscribes, after the changes began to be kept: nothing falls
    ///     between, and what is told twice is told in order
    static Multi<Map<String, Object>> events(
            Supplier<Collection<Entry>> now, Multi<Change> changes, ApplicationQuery query) {
        return Multi.createFrom()
                .deferred(
                        () -> {
                            var later =
                                    UnicastProcessor.<Change>create(
                                            new ArrayBlockingQueue<>(BUFFER), () -> {});
                            var following =
                                    changes.subscribe()
                                            .with(later::onNext, later::onError, later::onComplete);
                            return Multi.createBy()
                                    .concatenating()
                                    .streams(
                                            Multi.createFrom().iterable(present(now.get(), query)),
                                            later.onItem()
                                                    .transformToIterable(
                                                            change ->
                                                                    event(change, query).stream()
                                                                            .toList()))
                                    .onTermination()
                                    .invoke(following::cancel);
                        })
                .onFailure(BackPressureFailure.class)
                .recoverWithCompletion();
    }

    private static List<Map<String, Object>> present(
            Collection<Entry> entries, ApplicationQuery query) {
        return entries.stream()
                .filter(entry -> query.matches(entry.tree()))
                .sorted(Comparator.comparing(Entry::id))
                .map(entry -> event("ADDED", entry))
                .toList();
    }

    /// An Application that a change brings into what is asked for is added, one that a change takes
    /// out of it is deleted: the watcher's picture stays right.
    static Optional<Map<String, Object>> event(Change change, ApplicationQuery query) {
        var before = change.before().filter(entry -> query.matches(entry.tree()));
        var after = change.after().filter(entry -> query.matches(entry.tree()));
        if (after.isPresent()) {
            return Optional.of(event(before.isPresent() ? "MODIFIED" : "ADDED", after.get()));
        }
        return before.map(entry -> event("DELETED", change.after().orElse(entry)));
    }

    private static Map<String, Object> event(String type, Entry entry) {
        var event = new LinkedHashMap<String, Object>();
        event.put("type", type);
        event.put("application", ApplicationJson.one(entry.tree()));
        var framed = new LinkedHashMap<String, Object>();
        framed.put("result", event);
        return framed;
    }
}
