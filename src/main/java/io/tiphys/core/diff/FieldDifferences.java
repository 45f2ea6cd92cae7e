package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the fields in which a live object is not what its target declares.
///
/// Two things count: fields that the target declares and that live has otherwise, and fields that
/// the target has dropped. Those are the ones that our manager owns (by the object's
/// `managedFields`), or, in an object that was never applied by it, those of the last configuration
/// that was applied in kubectl's way. What others put into the object (defaults, controllers,
/// webhooks) does not count. Ownership also tells how a list merges: by keys, as a set, or as a
/// whole. The verdict "equal" can be relied on; "differs" may be a matter of spelling that only the
/// API server can judge.
final class FieldDifferences {

    /// More are not collected: they are shown to people.
    static final int MAX = 20;

    /// Written by the API server, whatever a manifest says.
    private static final Set<String> SERVER_METADATA =
            Set.of(
                    "creationTimestamp",
                    "deletionTimestamp",
                    "generation",
                    "managedFields",
                    "resourceVersion",
                    "selfLink",
                    "uid");

    private final Set<String> differences = new LinkedHashSet<>();
    private final ResourceKey key;
    private final ComparisonSettings settings;
    private final Spelling spelling;

    /// Whether our manager ever applied the object: then its entries say how each list merges.
    private final boolean applied;

    private FieldDifferences(ResourceKey key, boolean applied, ComparisonSettings settings) {
        this.key = key;
        this.applied = applied;
        this.settings = settings;
        this.spelling = new Spelling(key, settings.knownTypes());
    }

    /// @return paths such as `spec.replicas`, at most [#MAX]
    static List<String> of(
            Map<String, Object> target, Map<String, Object> live, ComparisonSettings settings) {
        var owned = OwnedFields.of(live);
        boolean applied = !owned.isEmpty();
        var merges = applied ? owned : OwnedFields.ofAll(live);
        var found = new FieldDifferences(LiveResource.of(live).key(), applied, settings);
        for (var field : target.entrySet()) {
            if (found.counts(field.getKey(), target)) {
                found.compareTop(field.getKey(), field.getValue(), live, merges);
            }
        }
        if (applied) {
            found.dropped(null, owned, target, live);
        } else {
            found.droppedSince(null, LastApplied.of(live), target, live, merges);
        }
        return List.copyOf(found.differences);
    }

    /// Whether a field of the whole object is compared at all.
    private boolean counts(String name, Map<String, Object> target) {
        return switch (name) {
            // The same object can be read in any version that its kind has.
            case "apiVersion" -> false;
            case "status" ->
                    switch (settings.status()) {
                        case ALL -> false;
                        case CRD -> !key.kind().equals("CustomResourceDefinition");
                        case NONE -> true;
                    };
            case "rules" -> !aggregated(target);
            default -> true;
        };
    }

    /// The rules of a ClusterRole that gathers them from others are what a controller writes.
    private boolean aggregated(Map<String, Object> target) {
        return key.kind().equals("ClusterRole")
                && Json.at(target, "aggregationRule") != null
                && (settings.ignoreAggregatedRoles() || isEmpty(target.get("rules")));
    }

    private void compareTop(
            String name, Object target, Map<String, Object> live, Map<String, Object> merges) {
        var below = child(merges, name);
        if (!name.equals("metadata")) {
            compare(Place.field(name), target, live.get(name), below);
            return;
        }
        Json.object(target)
                .forEach(
                        (field, value) -> {
                            if (!SERVER_METADATA.contains(field)) {
                                compare(
                                        Place.field(name).then(field),
                                        value,
                                        Json.at(live, name, field),
                                        child(below, field));
                            }
                        });
    }

    private void add(Place place) {
        if (differences.size() < MAX) {
            differences.add(place.toString());
        }
    }

    /// @param merges how lists below merge; null if nothing is known
    private void compare(
            Place place,
            @Nullable Object target,
            @Nullable Object live,
            @Nullable Map<String, Object> merges) {
        if (isEmpty(target) && isEmpty(live) && !meantToBeEmpty(place, target, live)) {
            return;
        }
        if (target instanceof Map<?, ?> && live instanceof Map<?, ?>) {
            var liveFields = Json.object(live);
            Json.object(target)
                    .forEach(
                            (name, value) ->
                                    compare(
                                            place.then(name),
                                            value,
                                            liveFields.get(name),
                                            child(merges, name)));
        } else if (target instanceof List<?> && live instanceof List<?>) {
            compareLists(place, Json.array(target), Json.array(live), merges);
        } else if (!spelling.same(place, target, live)) {
            add(place);
        }
    }

    private void compareLists(
            Place place,
            List<Object> target,
            List<Object> live,
            @Nullable Map<String, Object> merges) {
        if (KubernetesFields.isUnordered(key.kind(), place)) {
            compareWhole(place, target, live);
            return;
        }
        if (merges != null && OwnedFields.isSet(merges)) {
            if (!live.containsAll(target)) {
                add(place);
            }
            return;
        }
        var keys = keys(place, target, live, merges);
        if (keys.isEmpty()) {
            if (applied || merges != null) {
                compareWhole(place, target, live);
            } else {
                compareByPlace(place, target, live);
            }
            return;
        }
        var unmatched = new ArrayList<>(live);
        for (var item : target) {
            var match = ListItems.find(unmatched, item, keys);
            var name = place.item(Json.at(item, keys.iterator().next()));
            if (match == null) {
                add(name);
            } else {
                unmatched.remove(match);
                compare(name, item, match, OwnedFields.itemOf(merges, match));
            }
        }
    }

    /// Where nothing is known of a list, its items are the ones that they seem to be.
    private void compareByPlace(Place place, List<Object> target, List<Object> live) {
        if (target.size() != live.size()) {
            add(place);
            return;
        }
        for (int i = 0; i < target.size(); i++) {
            compare(place.item(i), target.get(i), live.get(i), null);
        }
    }

    /// The keys by which a list merges, by the object itself, else by what is known of Kubernetes'
    /// own kinds, else by what it looks like; empty if it merges as a whole.
    private Collection<String> keys(
            Place place,
            List<Object> target,
            List<Object> live,
            @Nullable Map<String, Object> merges) {
        if (merges != null) {
            return OwnedFields.listKeys(merges);
        }
        if (spelling.isTyped(place)) {
            var known = KubernetesFields.mergeKeys(place.names());
            if (!known.isEmpty()) {
                return known;
            }
        }
        return applied ? Set.of() : ListItems.guessKeys(target, live);
    }

    /// Below a list that merges as a whole nobody else owns anything: whatever is more in live is
    /// a difference too, or a default that only the API server knows.
    private void compareWhole(Place place, @Nullable Object target, @Nullable Object live) {
        if (target instanceof Map<?, ?> wanted && live instanceof Map<?, ?> found) {
            var fields = new LinkedHashSet<Object>(wanted.keySet());
            fields.addAll(found.keySet());
            for (var field : fields) {
                compareWhole(place.then(field.toString()), wanted.get(field), found.get(field));
            }
        } else if (target instanceof List<?> wanted && live instanceof List<?> found) {
            if (wanted.size() != found.size()) {
                add(place);
                return;
            }
            boolean unordered = KubernetesFields.isUnordered(key.kind(), place);
            var first = unordered ? KubernetesFields.sorted(wanted) : wanted;
            var second = unordered ? KubernetesFields.sorted(found) : found;
            for (int i = 0; i < wanted.size(); i++) {
                compareWhole(place.item(i), first.get(i), second.get(i));
            }
        } else if (!spelling.same(place, target, live)
                && !isDefault(place, target, live)
                && !isUnsaid(place, target, live)) {
            add(place);
        }
    }

    /// Kubernetes' own kinds do not store a list that is empty.
    private boolean isUnsaid(Place place, @Nullable Object target, @Nullable Object live) {
        return target instanceof List<?> none
                && none.isEmpty()
                && live == null
                && spelling.isTyped(place);
    }

    private boolean isDefault(Place place, @Nullable Object target, @Nullable Object live) {
        return target == null
                && live != null
                && spelling.isTyped(place)
                && KubernetesFields.isDefault(place.names(), live);
    }

    /// Fields that we own and that the target no longer has.
    private void dropped(
            @Nullable Place place,
            Map<String, Object> owned,
            @Nullable Object target,
            @Nullable Object live) {
        for (var entry : owned.entrySet()) {
            var name = entry.getKey();
            var below = Json.object(entry.getValue());
            if (name.startsWith("f:")) {
                var field = name.substring(2);
                var liveValue = Json.at(live, field);
                var targetValue = Json.at(target, field);
                if (liveValue == null || (place == null && field.equals("status"))) {
                    continue;
                }
                var fieldPlace = place == null ? Place.field(field) : place.then(field);
                if (targetValue == null && !isEmpty(liveValue)) {
                    add(fieldPlace);
                } else if (targetValue != null) {
                    dropped(fieldPlace, below, targetValue, liveValue);
                }
            } else if (place != null && name.startsWith("k:")) {
                var keys = OwnedFields.keyOf(name);
                var liveItem = ListItems.find(Json.array(live), keys, keys.keySet());
                var targetItem = ListItems.find(Json.array(target), keys, keys.keySet());
                var item = place.item(keys.isEmpty() ? "" : keys.values().iterator().next());
                if (liveItem != null && targetItem == null) {
                    add(item);
                } else if (liveItem != null) {
                    dropped(item, below, targetItem, liveItem);
                }
            } else if (place != null && name.startsWith("v:")) {
                var value = OwnedFields.valueOf(name);
                if (!Json.array(target).contains(value) && Json.array(live).contains(value)) {
                    add(place);
                }
            }
        }
    }

    /// Fields of the last configuration that the target no longer has.
    private void droppedSince(
            @Nullable Place place,
            Map<String, Object> before,
            @Nullable Object target,
            @Nullable Object live,
            @Nullable Map<String, Object> merges) {
        before.forEach(
                (name, old) -> {
                    var liveValue = Json.at(live, name);
                    var targetValue = Json.at(target, name);
                    boolean server =
                            place == null
                                    ? name.equals("status") || name.equals("apiVersion")
                                    : place.names().equals("metadata")
                                            && SERVER_METADATA.contains(name);
                    if (old == null || liveValue == null || server) {
                        return;
                    }
                    var fieldPlace = place == null ? Place.field(name) : place.then(name);
                    var below = child(merges, name);
                    if (targetValue == null && !isEmpty(liveValue)) {
                        add(fieldPlace);
                    } else if (targetValue instanceof List<?> && liveValue instanceof List<?>) {
                        droppedItems(
                                fieldPlace,
                                Json.array(old),
                                Json.array(targetValue),
                                Json.array(liveValue),
                                below);
                    } else {
                        droppedSince(fieldPlace, Json.object(old), targetValue, liveValue, below);
                    }
                });
    }

    private void droppedItems(
            Place place,
            List<Object> before,
            List<Object> target,
            List<Object> live,
            @Nullable Map<String, Object> merges) {
        var keys = keys(place, target, live, merges);
        for (var old : before) {
            var liveItem = keys.isEmpty() ? null : ListItems.find(live, old, keys);
            if (liveItem != null) {
                var targetItem = ListItems.find(target, old, keys);
                var item = place.item(Json.at(old, keys.iterator().next()));
                if (targetItem == null) {
                    add(item);
                } else {
                    droppedSince(
                            item,
                            Json.object(old),
                            targetItem,
                            liveItem,
                            OwnedFields.itemOf(merges, liveItem));
                }
            }
        }
    }

    private static @Nullable Map<String, Object> child(
            @Nullable Map<String, Object> merges, String name) {
        return merges != null && OwnedFields.knows(merges, name)
                ? OwnedFields.field(merges, name)
                : null;
    }

    /// An `emptyDir: {}` that is gone has made way for another kind of volume.
    private static boolean meantToBeEmpty(
            Place place, @Nullable Object target, @Nullable Object live) {
        return place.name().equals("emptyDir") && target != null && live == null;
    }

    private static boolean isEmpty(@Nullable Object value) {
        return value == null
                || (value instanceof Map<?, ?> map
                        && map.values().stream().allMatch(Objects::isNull))
                || (value instanceof List<?> list && list.isEmpty());
    }
}
