package io.tiphys.cluster;

import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is known of one cluster's resources, to be found by key, namespace, Application and owner.
/// One thread at a time may change it, at a cost that does not depend on how much it holds; reading
/// never waits.
final class LiveIndex {

    /// Resources of one owner up to which a list of them is copied for each more.
    private static final int FEW = 16;

    /// Of all indexes, so that none takes the number of a change for one of its own.
    private static final AtomicLong CHANGES = new AtomicLong();

    private final Map<String, Map<ResourceKey, KnownResource>> namespaces =
            new ConcurrentHashMap<>();
    private final Map<String, Set<ResourceKey>> applications = new ConcurrentHashMap<>();

    /// By owner. Most have one or two, in a list that is replaced, not changed: a set for each
    /// would be most of the memory.
    private final Map<ResourceKey, Collection<ResourceKey>> owned = new ConcurrentHashMap<>();

    /// How many there are of each kind.
    private final Map<ClusterInfo.Kind, Integer> kinds = new ConcurrentHashMap<>();

    /// When something of an Application changed last, in the order of all changes.
    private final Map<String, Long> changes = new ConcurrentHashMap<>();

    /// Stands for the changes of Applications that have nothing here.
    private final long none = CHANGES.incrementAndGet();

    @Nullable KnownResource find(ResourceKey key) {
        return namespaces.getOrDefault(key.namespace(), Map.of()).get(key);
    }

    /// All that is known in a namespace; of resources that live in none, if it is empty.
    Map<ResourceKey, KnownResource> namespace(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    int size() {
        return namespaces.values().stream().mapToInt(Map::size).sum();
    }

    Stream<ResourceKey> keys() {
        return namespaces.values().stream().flatMap(it -> it.keySet().stream());
    }

    int count(String group, String kind) {
        return kinds.getOrDefault(new ClusterInfo.Kind(group, kind), 0);
    }

    /// Those that name the Application.
    Set<ResourceKey> tracked(String application) {
        return applications.getOrDefault(application, Set.of());
    }

    /// Those that may be owned by a resource, by its name.
    Collection<ResourceKey> owned(ResourceKey owner) {
        return owned.getOrDefault(owner, List.of());
    }

    /// A number that differs after anything of an Application changed, or of what its resources
    /// own, and from all that other indexes give.
    long lastChange(String application) {
        return changes.getOrDefault(application, none);
    }

    /// Notes that something of an Application changed.
    void touch(String application) {
        if (applications.containsKey(application)) {
            changes.put(application, CHANGES.incrementAndGet());
        }
    }

    void put(ResourceKey key, KnownResource known) {
        var before =
                namespaces
                        .computeIfAbsent(key.namespace(), _ -> new ConcurrentHashMap<>())
                        .put(key, known);
        if (before == null) {
            count(key, 1);
        }
        link(key, before, known);
    }

    void remove(ResourceKey key) {
        var namespace = namespaces.get(key.namespace());
        if (namespace == null) {
            return;
        }
        var before = namespace.remove(key);
        if (namespace.isEmpty()) {
            namespaces.remove(key.namespace());
        }
        if (before != null) {
            count(key, -1);
        }
        link(key, before, null);
    }

    private void count(ResourceKey key, int more) {
        kinds.merge(new ClusterInfo.Kind(key.group(), key.kind()), more, Integer::sum);
    }

    private void link(
            ResourceKey key, @Nullable KnownResource before, @Nullable KnownResource after) {
        var left = application(before);
        var joined = application(after);
        if (!left.equals(joined)) {
            leave(left, key);
            if (!joined.isEmpty()) {
                applications.computeIfAbsent(joined, _ -> ConcurrentHashMap.newKeySet()).add(key);
            }
        }
        var old = before == null ? List.<ResourceKey>of() : before.owners();
        var now = after == null ? List.<ResourceKey>of() : after.owners();
        if (!old.equals(now)) {
            old.forEach(owner -> owned.computeIfPresent(owner, (_, keys) -> without(keys, key)));
            now.forEach(owner -> owned.compute(owner, (_, keys) -> with(keys, key)));
        }
    }

    private void leave(String application, ResourceKey key) {
        applications.computeIfPresent(
                application,
                (_, keys) -> {
                    keys.remove(key);
                    return keys.isEmpty() ? null : keys;
                });
        if (!applications.containsKey(application)) {
            changes.remove(application);
        }
    }

    static String application(@Nullable KnownResource known) {
        return known instanceof KnownResource.Held held ? held.application() : "";
    }

    private static Collection<ResourceKey> with(
            @Nullable Collection<ResourceKey> keys, ResourceKey key) {
        if (keys == null) {
            return List.of(key);
        }
        if (keys instanceof Set) {
            keys.add(key);
            return keys;
        }
        if (keys.size() < FEW) {
            return Stream.concat(keys.stream(), Stream.of(key)).toList();
        }
        var many = ConcurrentHashMap.<ResourceKey>newKeySet();
        many.addAll(keys);
        many.add(key);
        return many;
    }

    private static @Nullable Collection<ResourceKey> without(
            Collection<ResourceKey> keys, ResourceKey key) {
        if (keys instanceof Set) {
            keys.remove(key);
            return keys.isEmpty() ? null : keys;
        }
        var rest = keys.stream().filter(it -> !it.equals(key)).toList();
        return rest.isEmpty() ? null : rest;
    }

    /// The Applications that resources belong to through their owners, and the owners of these.
    /// Owners may go round in a circle.
    Set<String> applications(Collection<ResourceKey> owners) {
        if (owners.isEmpty()) {
            return Set.of();
        }
        var found = new HashSet<String>();
        var seen = new HashSet<>(owners);
        var next = new ArrayDeque<>(owners);
        while (!next.isEmpty()) {
            var known = find(next.remove());
            if (known instanceof KnownResource.Held held && held.tracked()) {
                found.add(held.application());
            } else if (known != null) {
                known.owners().stream().filter(seen::add).forEach(next::add);
            }
        }
        return found;
    }
}
