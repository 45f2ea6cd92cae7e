package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A copy of one collection of an API server, kept by a watch and by what is written through here.
/// Without `managedFields`: nobody asks who wrote a field of these, and they are most of an object.
public final class WatchedCollection implements AutoCloseable {

    /// How often is written what others' writes take the ground from.
    private static final int ATTEMPTS = 50;

    private final KubernetesApi api;
    private final Map<String, Map<String, Object>> objects = new ConcurrentHashMap<>();
    private final BiConsumer<@Nullable Map<String, Object>, @Nullable Map<String, Object>> listener;
    private final Reflector reflector;

    /// Starts to watch. Objects that are there already are told of as changes from nothing.
    ///
    /// @param path of the collection
    /// @param listener given the object before and after each change; null where there is none
    public WatchedCollection(
            KubernetesApi api,
            String path,
            String apiVersion,
            String kind,
            BiConsumer<@Nullable Map<String, Object>, @Nullable Map<String, Object>> listener) {
        this.api = api;
        this.listener = listener;
        this.reflector = new Reflector(api, path, apiVersion, kind, new Copy()).start();
    }

    /// Waits until the collection was read once.
    ///
    /// @return whether it was within the time given
    public boolean awaitListed(long millis) {
        return reflector.awaitListed(millis);
    }

    /// The same, or until the server said that it will not list it, as it does of a kind that is
    /// not installed.
    public boolean awaitSettled(long millis) {
        return reflector.awaitSettled(millis);
    }

    public Optional<Map<String, Object>> find(String namespace, String name) {
        return Optional.ofNullable(objects.get(namespace + "/" + name));
    }

    public Collection<Map<String, Object>> all() {
        return objects.values();
    }

    /// Takes in what the API server answered, so that the next read sees it. What the watch is past
    /// and is not held is gone by now.
    public synchronized void written(Map<String, Object> object) {
        if (objects.containsKey(id(object)) || version(object) > reflector.seen()) {
            changed(object);
        }
    }

    /// The same of what is being deleted: the watch may have brought its end already.
    public synchronized void leaving(Map<String, Object> object) {
        if (objects.containsKey(id(object))) {
            changed(object);
        }
    }

    /// Runs what decides on an object as it is held here and writes it only if it still is what was
    /// decided on; again on what the API server has then, each time that somebody wrote it
    /// meanwhile.
    ///
    /// @param path of the object
    /// @param write meets a conflict if the object is another by now
    /// @return what the last run returned; empty if somebody was faster each of fifty times
    /// @throws ApiFailure if the API server refuses; 404 if the object is gone
    public <T> Optional<T> onNewest(String path, Supplier<T> write) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return Optional.of(write.get());
            } catch (ApiFailure failure) {
                if (!failure.conflict()) {
                    throw failure;
                }
                written(api.get(path));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        reflector.close();
    }

    /// One at a time: a listener that keeps what it is told must not be told the older state last.
    private synchronized void changed(Map<String, Object> object) {
        var held = objects.get(id(object));
        if (held == null || version(object) > version(held)) {
            var kept = Json.without(object, "metadata", "managedFields");
            objects.put(id(kept), kept);
            listener.accept(held, kept);
        }
    }

    /// At one go: the answer to the write that was its end may come at the same time. An object of
    /// that name that was made since stays.
    private synchronized void ended(Map<String, Object> object) {
        var held = objects.get(id(object));
        if (held != null && version(held) <= version(object)) {
            remove(held);
        }
    }

    private synchronized void remove(Map<String, Object> held) {
        if (objects.remove(id(held), held)) {
            listener.accept(held, null);
        }
    }

    private static String id(Map<String, Object> object) {
        return Json.string(object, "metadata", "namespace")
                + "/"
                + Json.string(object, "metadata", "name");
    }

    /// Versions grow; Kubernetes promises that they can be compared as numbers (KEP-5504).
    static long version(Map<String, Object> object) {
        return version(Json.string(object, "metadata", "resourceVersion"));
    }

    /// @return 0 if it is no number
    static long version(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private final class Copy implements Reflector.Listener {

        private Set<String> listed = Set.of();

        @Override
        public void listing() {
            listed = new HashSet<>();
        }

        @Override
        public void listed(List<ListedObject> objects) {
            for (var object : objects) {
                listed.add(id(object.head()));
                WatchedCollection.this.changed(object.tree());
            }
        }

        @Override
        public void listedAll(String resourceVersion) {
            for (var held : List.copyOf(objects.values())) {
                if (!listed.contains(id(held))) {
                    remove(held);
                }
            }
            listed = Set.of();
        }

        @Override
        public boolean holds(WatchLine object) {
            var held = objects.get(object.namespace() + "/" + object.name());
            return held != null && version(held) == version(object.version());
        }

        @Override
        public void changed(Map<String, Object> object) {
            WatchedCollection.this.changed(object);
        }

        @Override
        public void deleted(Map<String, Object> object) {
            ended(object);
        }
    }
}
