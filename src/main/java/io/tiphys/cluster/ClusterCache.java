package io.tiphys.cluster;

import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterScope;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceFilter;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What runs in one cluster, kept by watches, with an index from the Application to its resources:
/// what an Application costs does not depend on how much else is there. Only resources that an
/// Application tracks are held; of all others, no more than that they are there.
public final class ClusterCache implements AutoCloseable {

    /// How long a first look at a kind may take before a comparison that needs it fails.
    private static final long LIST_MILLIS = 60_000;

    private final KubernetesApi api;
    private final ResourceTypes types;
    private final ClusterScope scope;
    private final Map<String, Watches> watches = new ConcurrentHashMap<>();
    private final Map<ResourceKey, KnownResource> resources = new ConcurrentHashMap<>();
    private final Map<String, Set<ResourceKey>> byApplication = new ConcurrentHashMap<>();
    private final Map<ClusterInfo.Kind, LongAdder> events = new ConcurrentHashMap<>();
    private final List<Consumer<LiveChange>> listeners = new CopyOnWriteArrayList<>();

    /// Of a kind's group and name, whether it is left out.
    private volatile BiPredicate<String, String> excluded =
            (group, kind) -> ResourceFilter.DEFAULT.excludes(group, kind, "");

    /// A tracked resource came, changed or went, or is tracked no longer. Told once per change,
    /// whoever saw it first.
    public record LiveChange(@Nullable LiveResource before, @Nullable LiveResource after) {

        /// The tracking names of the Applications that it belongs or belonged to.
        public Set<String> applications() {
            var names = new HashSet<String>();
            for (var resource : Arrays.asList(before, after)) {
                if (resource != null) {
                    TrackingId.of(resource.key(), resource.object())
                            .ifPresent(id -> names.add(id.application()));
                }
            }
            return names;
        }
    }

    /// @param scope beyond which nothing is looked at
    ClusterCache(KubernetesApi api, ResourceTypes types, ClusterScope scope) {
        this.api = api;
        this.types = types;
        this.scope = scope;
    }

    /// Watches every kind that the cluster offers. Returns when all were listed once.
    void start() {
        types.discover();
        watchNewKinds();
        watches.values().forEach(ClusterCache::awaitListed);
    }

    public void onChange(Consumer<LiveChange> listener) {
        listeners.add(listener);
    }

    /// The live resources of an Application: those that carry its tracking id, and those among
    /// `targets` that exist without.
    ///
    /// @param application its name in tracking ids
    /// @throws ApiFailure if one without tracking id has to be read and cannot, or a target is
    ///     outside of what is looked at
    public Map<ResourceKey, LiveResource> liveState(
            String application, Collection<ResourceKey> targets) {
        var live = new HashMap<ResourceKey, LiveResource>();
        for (var key : byApplication.getOrDefault(application, Set.of())) {
            resource(key).ifPresent(resource -> live.put(key, resource));
        }
        for (var key : targets) {
            requireManaged(key);
            resource(key).ifPresent(resource -> live.put(key, resource));
        }
        return live;
    }

    private void requireManaged(ResourceKey key) {
        scope.problem(key)
                .ifPresent(
                        problem -> {
                            throw new ApiFailure(0, "Failed to load live state: " + problem);
                        });
    }

    public boolean exists(ResourceKey key) {
        return resources.containsKey(key);
    }

    /// How many resources are known, tracked or not.
    int size() {
        return resources.size();
    }

    /// How many kinds are watched.
    int kinds() {
        return watches.size();
    }

    /// How many changes the watches of each kind have brought.
    Map<ClusterInfo.Kind, Long> events() {
        var events = new HashMap<ClusterInfo.Kind, Long>();
        this.events.forEach((kind, count) -> events.put(kind, count.sum()));
        return events;
    }

    /// The whole resource; one that no Application tracks is read from the API server.
    ///
    /// @throws ApiFailure if it cannot be read
    public Optional<LiveResource> resource(ResourceKey key) {
        return switch (resources.get(key)) {
            case null -> isRefused(key) ? read(key) : Optional.empty();
            case KnownResource.Tracked tracked -> Optional.of(tracked.resource());
            case KnownResource.Untracked _ -> read(key);
        };
    }

    /// Whether it may be there all the same: its kind could not be listed.
    private boolean isRefused(ResourceKey key) {
        var watch = watches.get(key.group() + "/" + key.kind());
        return watch != null && watch.isPartial();
    }

    /// The kinds that the server does not let us list.
    Set<ClusterInfo.Kind> refused() {
        var refused = new HashSet<ClusterInfo.Kind>();
        watches.forEach(
                (id, watch) -> {
                    if (watch.isPartial()) {
                        var parts = id.split("/", 2);
                        refused.add(new ClusterInfo.Kind(parts[0], parts[1]));
                    }
                });
        return refused;
    }

    private Optional<LiveResource> read(ResourceKey key) {
        try {
            return types.preferred(key.group(), key.kind())
                    .map(type -> LiveResource.of(api.get(type.path(key))));
        } catch (ApiFailure failure) {
            if (failure.notFound()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /// Takes in what a write answered, so that what was just written is seen at once. The watch
    /// brings the same later and is then no news.
    void written(Map<String, Object> object) {
        changed(object);
    }

    /// The same of what is being deleted: the watch may have brought its end already.
    synchronized void leaving(Map<String, Object> object) {
        if (resources.containsKey(LiveResource.of(object).key())) {
            changed(object);
        }
    }

    /// Makes sure that a kind is watched; for kinds that came after the start.
    void watch(ResourceType type) {
        if (watched(type)) {
            awaitListed(reflector(type));
        }
    }

    private boolean watched(ResourceType type) {
        return type.watchable() && !excludes(type.type().group(), type.type().kind());
    }

    /// Whether a kind is not looked at, as the settings say.
    public boolean excludes(String group, String kind) {
        return excluded.test(group, kind);
    }

    /// Leaves out other kinds from now on. What is known of these goes without being told of: it is
    /// not gone, nobody looks.
    void exclude(BiPredicate<String, String> kinds) {
        excluded = kinds;
        watches.entrySet()
                .removeIf(
                        it -> {
                            var parts = it.getKey().split("/", 2);
                            boolean out = kinds.test(parts[0], parts[1]);
                            if (out) {
                                it.getValue().close();
                            }
                            return out;
                        });
        resources.keySet().stream()
                .filter(key -> kinds.test(key.group(), key.kind()))
                .toList()
                .forEach(this::forget);
        watchNewKinds();
    }

    private synchronized void forget(ResourceKey key) {
        var known = resources.remove(key);
        if (known instanceof KnownResource.Tracked tracked) {
            unlink(key, tracked);
        }
    }

    private Watches reflector(ResourceType type) {
        return watches.computeIfAbsent(
                id(type),
                _ ->
                        new Watches(
                                scope.of(type.namespaced()).stream()
                                        .map(namespace -> reflect(type, namespace))
                                        .toList()));
    }

    /// @param namespace empty for all
    private Reflector reflect(ResourceType type, String namespace) {
        return new Reflector(
                        api,
                        namespace.isEmpty() ? type.path() : type.path(namespace),
                        type.type().apiVersion(),
                        type.type().kind(),
                        new Kind(type, namespace))
                .start();
    }

    @Override
    public void close() {
        watches.values().forEach(Watches::close);
    }

    private void watchNewKinds() {
        types.preferred().stream().filter(this::watched).forEach(this::reflector);
    }

    private static void awaitListed(Watches watch) {
        if (!watch.awaitSettled(LIST_MILLIS)) {
            throw new ApiFailure(0, "The cluster did not list its resources in time");
        }
    }

    private static String id(ResourceType type) {
        return type.type().group() + "/" + type.type().kind();
    }

    /// Feeds what one watch brings into the cache.
    private final class Kind implements Reflector.Listener {

        private final ResourceType type;
        private final String namespace;
        private final LongAdder brought;

        Kind(ResourceType type, String namespace) {
            this.type = type;
            this.namespace = namespace;
            brought =
                    events.computeIfAbsent(
                            new ClusterInfo.Kind(type.type().group(), type.type().kind()),
                            _ -> new LongAdder());
        }

        @Override
        public void replaced(List<Map<String, Object>> objects) {
            var present = new HashSet<ResourceKey>();
            for (var object : objects) {
                present.add(LiveResource.of(object).key());
                ClusterCache.this.changed(object);
            }
            resources.forEach(
                    (key, known) -> {
                        if (ofThisKind(key) && !present.contains(key)) {
                            remove(key, known);
                        }
                    });
        }

        @Override
        public void changed(Map<String, Object> object) {
            brought.increment();
            ClusterCache.this.changed(object);
            if (type.type().kind().equals("CustomResourceDefinition")) {
                kindsMayHaveChanged();
            }
        }

        @Override
        public void deleted(Map<String, Object> object) {
            brought.increment();
            var key = LiveResource.of(object).key();
            ended(key, WatchedCollection.version(object));
            if (type.type().kind().equals("CustomResourceDefinition")) {
                var spec = Json.object(object, "spec");
                var gone =
                        watches.remove(
                                Json.string(spec, "group")
                                        + "/"
                                        + Json.string(spec, "names", "kind"));
                if (gone != null) {
                    gone.close();
                }
            }
        }

        private boolean ofThisKind(ResourceKey key) {
            return key.group().equals(type.type().group())
                    && key.kind().equals(type.type().kind())
                    && (namespace.isEmpty() || key.namespace().equals(namespace));
        }
    }

    private void kindsMayHaveChanged() {
        types.discover();
        watchNewKinds();
    }

    /// One at a time: what is told last, to the index and to listeners, must be what is held.
    ///
    /// Versions grow; Kubernetes promises that they can be compared as numbers (KEP-5504). A uid
    /// that differs is another object of the same name, and the larger version is the later one.
    private synchronized void changed(Map<String, Object> object) {
        var resource = LiveResource.of(object);
        var before = resources.get(resource.key());
        var after = KnownResource.of(resource);
        if (before == null || after.version() > before.version()) {
            resources.put(resource.key(), after);
            tell(resource.key(), before, after);
        }
    }

    /// At one go: the answer to the write that was its end may come at the same time. A resource of
    /// that name that was made since stays.
    private synchronized void ended(ResourceKey key, long version) {
        var known = resources.get(key);
        if (known != null && known.version() <= version) {
            remove(key, known);
        }
    }

    private synchronized void remove(ResourceKey key, KnownResource known) {
        if (resources.remove(key, known)) {
            tell(key, known, null);
        }
    }

    private void tell(
            ResourceKey key, @Nullable KnownResource before, @Nullable KnownResource after) {
        if (before instanceof KnownResource.Tracked tracked) {
            unlink(key, tracked);
        }
        if (after instanceof KnownResource.Tracked tracked) {
            byApplication
                    .computeIfAbsent(tracked.application(), _ -> ConcurrentHashMap.newKeySet())
                    .add(key);
        }
        var change = new LiveChange(held(before), held(after));
        if (change.before != null || change.after != null) {
            listeners.forEach(listener -> listener.accept(change));
        }
    }

    private void unlink(ResourceKey key, KnownResource.Tracked tracked) {
        byApplication.computeIfPresent(
                tracked.application(),
                (_, keys) -> {
                    keys.remove(key);
                    return keys.isEmpty() ? null : keys;
                });
    }

    private static @Nullable LiveResource held(@Nullable KnownResource known) {
        return known instanceof KnownResource.Tracked tracked ? tracked.resource() : null;
    }
}
