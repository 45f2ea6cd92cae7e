package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What runs in one cluster, kept by watches, with an index from the Application to its resources:
/// what an Application costs does not depend on how much else is there. Only resources that an
/// Application tracks are held; of all others, no more than that they are there.
public final class ClusterCache implements AutoCloseable {

    /// Kinds that controllers write all the time and that nobody declares in Git: Argo CD's own
    /// default exclusions.
    private static final Set<String> EXCLUDED =
            Set.of(
                    "/Endpoints",
                    "/Event",
                    "events.k8s.io/Event",
                    "discovery.k8s.io/EndpointSlice",
                    "coordination.k8s.io/Lease",
                    "certificates.k8s.io/CertificateSigningRequest",
                    "cert-manager.io/CertificateRequest",
                    "authentication.k8s.io/TokenReview",
                    "authentication.k8s.io/SelfSubjectReview",
                    "authorization.k8s.io/SubjectAccessReview",
                    "authorization.k8s.io/LocalSubjectAccessReview",
                    "authorization.k8s.io/SelfSubjectAccessReview",
                    "authorization.k8s.io/SelfSubjectRulesReview");

    /// How long a first look at a kind may take before a comparison that needs it fails.
    private static final long LIST_MILLIS = 60_000;

    private final KubernetesApi api;
    private final ResourceTypes types;
    private final Map<String, Reflector> watches = new ConcurrentHashMap<>();
    private final Map<ResourceKey, KnownResource> resources = new ConcurrentHashMap<>();
    private final Map<String, Set<ResourceKey>> byApplication = new ConcurrentHashMap<>();
    private final List<Consumer<LiveChange>> listeners = new CopyOnWriteArrayList<>();

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

    ClusterCache(KubernetesApi api, ResourceTypes types) {
        this.api = api;
        this.types = types;
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
    /// @throws ApiFailure if one without tracking id has to be read and cannot
    public Map<ResourceKey, LiveResource> liveState(
            String application, Collection<ResourceKey> targets) {
        var live = new HashMap<ResourceKey, LiveResource>();
        for (var key : byApplication.getOrDefault(application, Set.of())) {
            resource(key).ifPresent(resource -> live.put(key, resource));
        }
        for (var key : targets) {
            resource(key).ifPresent(resource -> live.put(key, resource));
        }
        return live;
    }

    public boolean exists(ResourceKey key) {
        return resources.containsKey(key);
    }

    /// The whole resource; one that no Application tracks is read from the API server.
    ///
    /// @throws ApiFailure if it cannot be read
    public Optional<LiveResource> resource(ResourceKey key) {
        return switch (resources.get(key)) {
            case null -> Optional.empty();
            case KnownResource.Tracked tracked -> Optional.of(tracked.resource());
            case KnownResource.Untracked _ -> read(key);
        };
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

    private static boolean watched(ResourceType type) {
        return type.watchable() && !EXCLUDED.contains(id(type));
    }

    private Reflector reflector(ResourceType type) {
        return watches.computeIfAbsent(
                id(type),
                _ ->
                        new Reflector(
                                        api,
                                        type.path(),
                                        type.type().apiVersion(),
                                        type.type().kind(),
                                        new Kind(type))
                                .start());
    }

    @Override
    public void close() {
        watches.values().forEach(Reflector::close);
    }

    private void watchNewKinds() {
        types.preferred().stream().filter(ClusterCache::watched).forEach(this::reflector);
    }

    private static void awaitListed(Reflector watch) {
        if (!watch.awaitListed(LIST_MILLIS)) {
            throw new ApiFailure(0, "The cluster did not list its resources in time");
        }
    }

    private static String id(ResourceType type) {
        return type.type().group() + "/" + type.type().kind();
    }

    /// Feeds what one watch brings into the cache.
    private final class Kind implements Reflector.Listener {

        private final ResourceType type;

        Kind(ResourceType type) {
            this.type = type;
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
            ClusterCache.this.changed(object);
            if (type.type().kind().equals("CustomResourceDefinition")) {
                kindsMayHaveChanged();
            }
        }

        @Override
        public void deleted(Map<String, Object> object) {
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
            return key.group().equals(type.type().group()) && key.kind().equals(type.type().kind());
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
            byApplication.computeIfPresent(
                    tracked.application(),
                    (_, keys) -> {
                        keys.remove(key);
                        return keys.isEmpty() ? null : keys;
                    });
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

    private static @Nullable LiveResource held(@Nullable KnownResource known) {
        return known instanceof KnownResource.Tracked tracked ? tracked.resource() : null;
    }
}
