package io.tiphys.cluster;

import static io.tiphys.cluster.WatchedCollection.version;

import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterScope;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.RespectRbac;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.tree.Ownership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What runs in one cluster, kept by watches, with an index from the Application to its resources
/// and to what these own: what an Application costs does not depend on how much else is there. Only
/// these are held; of all others, no more than that they are there and who owns them.
///
/// Long because what the watches bring comes in where it is kept.
public final class ClusterCache implements AutoCloseable {

    private final KubernetesApi api;
    private final ResourceTypes types;
    private final ClusterScope scope;
    private final KindWatches watches;
    private final LiveIndex index = new LiveIndex();
    private final Map<ClusterInfo.Kind, LongAdder> events = new ConcurrentHashMap<>();
    private final List<Consumer<LiveChange>> listeners = new CopyOnWriteArrayList<>();
    private final Holding holding;

    /// @param scope beyond which nothing is looked at
    ClusterCache(KubernetesApi api, ResourceTypes types, ClusterScope scope) {
        this.api = api;
        this.types = types;
        this.scope = scope;
        this.watches = new KindWatches(api, types, scope, Kind::new);
        this.holding = new Holding(types, index);
    }

    /// Watches every kind that the cluster offers. Returns when all were listed once.
    void start() {
        watches.start();
    }

    /// Resources name their Applications like this from now on. What was read already is read anew:
    /// of most resources the names are not held.
    void track(Tracking now) {
        holding.track(now);
        watches.restart();
    }

    public void onChange(Consumer<LiveChange> listener) {
        listeners.add(listener);
    }

    /// The live resources of an Application: those that name it, and those among `targets` that
    /// exist and name none.
    ///
    /// @param application its tracking name
    /// @throws ApiFailure if one that names none has to be read and cannot, or a target is outside
    ///     of what is looked at
    public Map<ResourceKey, LiveResource> liveState(
            String application, Collection<ResourceKey> targets) {
        targets.forEach(this::requireManaged);
        var live = new HashMap<ResourceKey, LiveResource>();
        for (var key : resources(application, targets)) {
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

    /// The keys of an Application's live resources, as [#liveState] has them, and of those among
    /// `targets` that may be there all the same. Nothing is read.
    public Set<ResourceKey> resources(String application, Collection<ResourceKey> targets) {
        var keys = new HashSet<>(index.tracked(application));
        targets.stream().filter(this::mayExist).forEach(keys::add);
        return keys;
    }

    /// A number that stays the same as long as nothing changes of the resources that name the
    /// Application, nor of what they own; no other cache gives it. Nothing is read for it.
    public long stateVersion(String application) {
        return index.lastChange(application);
    }

    public boolean exists(ResourceKey key) {
        return index.find(key) != null;
    }

    /// Whether it is there, or nobody can tell because its kind could not be listed.
    public boolean mayExist(ResourceKey key) {
        return exists(key) || isRefused(key);
    }

    /// How many resources are known, held or not.
    int size() {
        return index.size();
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

    /// The whole resource; one that belongs to no Application is read from the API server.
    ///
    /// @throws ApiFailure if it cannot be read
    public Optional<LiveResource> resource(ResourceKey key) {
        return switch (index.find(key)) {
            case null -> isRefused(key) ? read(key) : Optional.empty();
            case KnownResource.Held held -> Optional.of(held.resource(key));
            case KnownResource.Other _ -> read(key);
        };
    }

    /// Whether it may be there all the same: its kind could not be listed.
    private boolean isRefused(ResourceKey key) {
        return watches.isPartial(key.group(), key.kind());
    }

    /// The kinds that the server does not let us list.
    Set<ClusterInfo.Kind> refused() {
        return watches.refused();
    }

    private Optional<LiveResource> read(ResourceKey key) {
        try {
            var object = types.preferred(key.group(), key.kind()).map(it -> api.get(it.path(key)));
            // What turns out to belong to an Application need not be read again.
            object.ifPresent(this::leaving);
            return object.map(LiveResource::of);
        } catch (ApiFailure failure) {
            if (failure.notFound()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /// The resources that exist among `roots`, and all that they own, owners first.
    ///
    /// @param permitted what of them may be seen; what is below others is not seen either
    /// @throws ApiFailure if one of them has to be read and cannot
    public Map<ResourceKey, LiveResource> family(
            Collection<ResourceKey> roots, Predicate<ResourceKey> permitted) {
        var family = new LinkedHashMap<ResourceKey, LiveResource>();
        for (var root : roots) {
            if (permitted.test(root)) {
                resource(root).ifPresent(it -> family.put(root, it));
            }
        }
        var next = new ArrayDeque<>(family.values());
        while (!next.isEmpty()) {
            var owner = next.remove();
            for (var key : index.owned(owner.key())) {
                if (!family.containsKey(key) && permitted.test(key)) {
                    resource(key)
                            .filter(it -> Ownership.owns(owner, it))
                            .ifPresent(
                                    it -> {
                                        family.put(key, it);
                                        next.add(it);
                                    });
                }
            }
        }
        return family;
    }

    /// Those in a namespace that nobody owns, and that belong to no Application.
    ///
    /// @param exists whether there is an Application of that tracking name; one that is gone has
    ///     nothing any more
    public List<ResourceKey> strays(String namespace, Predicate<String> exists) {
        var strays = new ArrayList<ResourceKey>();
        index.namespace(namespace)
                .forEach(
                        (key, known) -> {
                            if (known.owners().isEmpty()
                                    && !exists.test(LiveIndex.application(known))) {
                                strays.add(key);
                            }
                        });
        return strays;
    }

    /// Takes in what a write answered, so that what was just written is seen at once. The watch
    /// brings the same later and is then no news; what it is past and is not held is gone by now.
    synchronized void written(Map<String, Object> object) {
        var key = LiveResource.of(object).key();
        if (exists(key) || version(object) > watches.seen(key.group(), key.kind())) {
            changed(object);
        }
    }

    /// The same of what may be gone: the watch may have brought its end already.
    synchronized void leaving(Map<String, Object> object) {
        if (exists(LiveResource.of(object).key())) {
            changed(object);
        }
    }

    /// Makes sure that a kind is watched; for kinds that came after the start.
    void watch(ResourceType type) {
        watches.require(type);
    }

    /// Whether a kind is not looked at, as the settings say.
    public boolean excludes(String group, String kind) {
        return watches.excludes(group, kind);
    }

    /// Leaves out other kinds from now on. What is known of these goes without being told of: it is
    /// not gone, nobody looks.
    void exclude(BiPredicate<String, String> kinds) {
        watches.exclude(kinds);
        index.keys()
                .filter(key -> kinds.test(key.group(), key.kind()))
                .toList()
                .forEach(this::forget);
    }

    /// This becomes of kinds that may not be listed from now on.
    void respect(RespectRbac now) {
        watches.respect(now);
    }

    private synchronized void forget(ResourceKey key) {
        index.remove(key);
    }

    @Override
    public void close() {
        watches.close();
    }

    /// Feeds what one watch brings into the cache.
    private final class Kind implements Reflector.Listener {

        private final ResourceType type;
        private final String namespace;
        private final LongAdder brought;
        private Set<ResourceKey> listed = Set.of();

        Kind(ResourceType type, String namespace) {
            this.type = type;
            this.namespace = namespace;
            brought =
                    events.computeIfAbsent(
                            new ClusterInfo.Kind(type.type().group(), type.type().kind()),
                            _ -> new LongAdder());
        }

        @Override
        public void listing() {
            listed = new HashSet<>();
        }

        @Override
        public void listed(List<ListedObject> objects) {
            // To pack them is much of the work, and of one kind there may be most of a cluster.
            listed.addAll(
                    objects.parallelStream()
                            .map(it -> ClusterCache.this.changed(it.head(), it::packed))
                            .toList());
        }

        @Override
        public void listedAll(String resourceVersion) {
            // Often nothing is gone, as at the start; to look through all that is known takes long.
            if (index.count(type.type().group(), type.type().kind()) != listed.size()) {
                // What was written since it was listed stays.
                long version = version(resourceVersion);
                index.keys()
                        .filter(it -> ofThisKind(it) && !listed.contains(it))
                        .toList()
                        .forEach(key -> remove(key, version));
            }
            listed = Set.of();
        }

        @Override
        public boolean holds(WatchLine object) {
            var key =
                    new ResourceKey(
                            type.type().group(),
                            type.type().kind(),
                            object.namespace(),
                            object.name());
            boolean holds =
                    !isOfDefinitions()
                            && index.find(key) instanceof KnownResource.Held held
                            && held.version() == version(object.version());
            if (holds) {
                brought.increment();
            }
            return holds;
        }

        @Override
        public void changed(Map<String, Object> object) {
            brought.increment();
            ClusterCache.this.changed(object);
            if (isOfDefinitions()) {
                types.discover();
                watches.watchNewKinds();
            }
        }

        @Override
        public void deleted(Map<String, Object> object) {
            brought.increment();
            remove(LiveResource.of(object).key(), version(object));
            if (isOfDefinitions()) {
                var spec = Json.object(object, "spec");
                forget(Json.string(spec, "group"), Json.string(spec, "names", "kind"));
                types.discover();
            }
        }

        /// With one of these, other kinds come.
        private boolean isOfDefinitions() {
            return type.type().kind().equals("CustomResourceDefinition");
        }

        private boolean ofThisKind(ResourceKey key) {
            return key.group().equals(type.type().group())
                    && key.kind().equals(type.type().kind())
                    && (namespace.isEmpty() || key.namespace().equals(namespace));
        }
    }

    /// A kind that is offered no more: its resources went with it, whether or not their ends were
    /// told.
    private void forget(String group, String kind) {
        watches.end(group, kind);
        index.keys()
                .filter(it -> it.group().equals(group) && it.kind().equals(kind))
                .toList()
                .forEach(key -> remove(key, Long.MAX_VALUE));
    }

    private ResourceKey changed(Map<String, Object> object) {
        return changed(object, () -> Holding.packed(object));
    }

    /// @param head of the object, from which it is seen to whom it belongs; may be all of it
    /// @param packed called if it is to be held
    private ResourceKey changed(Map<String, Object> head, Supplier<PackedObject> packed) {
        var resource = LiveResource.of(head);
        var known = index.find(resource.key());
        long version = version(head);
        // What has no name is no object, whoever says so.
        if (!resource.key().name().isEmpty() && (known == null || known.version() <= version)) {
            put(Holding.shared(resource.key()), holding.of(resource, version, known, packed));
        }
        return resource.key();
    }

    /// One at a time: what is told last, to the index and to listeners, must be what is held.
    ///
    /// Versions grow; Kubernetes promises that they can be compared as numbers (KEP-5504). A uid
    /// that differs is another object of the same name, and the larger version is the later one.
    private synchronized void put(ResourceKey key, KnownResource after) {
        var before = index.find(key);
        if (before == null || after.version() > before.version()) {
            index.put(key, after);
            tell(key, before, after);
        } else if (after.version() == before.version() && !after.isHeldAs(before)) {
            index.put(key, after);
            if (!LiveIndex.application(before).equals(LiveIndex.application(after))) {
                tell(key, before, after);
            }
        }
    }

    /// @param version that is gone for sure; a resource of that name that was made since stays
    private synchronized void remove(ResourceKey key, long version) {
        var known = index.find(key);
        if (known != null && known.version() <= version) {
            index.remove(key);
            tell(key, known, null);
        }
    }

    private void tell(
            ResourceKey key, @Nullable KnownResource before, @Nullable KnownResource after) {
        if (!(before instanceof KnownResource.Held) && !(after instanceof KnownResource.Held)) {
            return;
        }
        var change = LiveChange.of(key, before, after, index);
        change.applications().forEach(index::touch);
        if (!change.applications().isEmpty()) {
            listeners.forEach(listener -> listener.accept(change));
        }
    }
}
