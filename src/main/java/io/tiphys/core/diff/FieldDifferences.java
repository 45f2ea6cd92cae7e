package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the fields in which a live object is not what its target declares.
///
/// Two things count: fields that the target declares and that live has otherwise, and fields that
/// our manager owns (by the object's `managedFields`) and that the target has dropped. What others
/// put into the object (defaults, controllers, webhooks) does not. Ownership also tells how a list
/// merges: by keys, as a set, or as a whole. The verdict "equal" can be relied on; "differs" may be
/// a matter of spelling that only the API server can judge.
final class FieldDifferences {

    /// More are not collected: they are shown to people.
    private static final int MAX = 20;

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

    private final List<String> differences = new ArrayList<>();

    /// Whether our manager ever applied the object: then its entries say how each list merges.
    private final boolean applied;

    private FieldDifferences(boolean applied) {
        this.applied = applied;
    }

    /// @return paths such as `spec.replicas`, at most [#MAX]
    static List<String> of(Map<String, Object> target, Map<String, Object> live) {
        var owned = OwnedFields.of(live);
        var found = new FieldDifferences(!owned.isEmpty());
        for (var field : target.entrySet()) {
            var name = field.getKey();
            switch (name) {
                case "status" -> {}
                case "apiVersion" -> {
                    // The same object can be read in any version that its kind has.
                }
                case "metadata" ->
                        Json.object(field.getValue())
                                .forEach(
                                        (key, value) -> {
                                            if (!SERVER_METADATA.contains(key)) {
                                                found.compare(
                                                        "metadata." + key,
                                                        value,
                                                        Json.at(live, "metadata", key),
                                                        OwnedFields.field(
                                                                OwnedFields.field(owned, name),
                                                                key));
                                            }
                                        });
                default ->
                        found.compare(
                                name,
                                field.getValue(),
                                live.get(name),
                                OwnedFields.field(owned, name));
            }
        }
        found.dropped("", owned, target, live);
        return List.copyOf(found.differences);
    }

    private void add(String path) {
        if (differences.size() < MAX && !differences.contains(path)) {
            differences.add(path);
        }
    }

    private void compare(
            String path,
            @Nullable Object target,
            @Nullable Object live,
            Map<String, Object> owned) {
        if (isEmpty(target) && isEmpty(live) && !meantToBeEmpty(path, target, live)) {
            return;
        }
        if (target instanceof Map<?, ?> && live instanceof Map<?, ?>) {
            var liveFields = Json.object(live);
            Json.object(target)
                    .forEach(
                            (key, value) ->
                                    compare(
                                            path + "." + key,
                                            value,
                                            liveFields.get(key),
                                            OwnedFields.field(owned, key)));
        } else if (target instanceof List<?> && live instanceof List<?>) {
            compareLists(path, Json.array(target), Json.array(live), owned);
        } else if (!sameScalar(path, target, live)) {
            add(path);
        }
    }

    private void compareLists(
            String path, List<Object> target, List<Object> live, Map<String, Object> owned) {
        var keys = OwnedFields.listKeys(owned);
        if (keys.isEmpty()) {
            keys = applied ? Set.of() : guessKeys(target, live);
        }
        if (!keys.isEmpty()) {
            var unmatched = new ArrayList<>(live);
            for (var item : target) {
                var match = find(unmatched, item, keys);
                var name = path + "[" + Json.at(item, keys.iterator().next()) + "]";
                if (match == null) {
                    add(name);
                } else {
                    unmatched.remove(match);
                    compare(name, item, match, OwnedFields.item(owned, match));
                }
            }
        } else if (OwnedFields.isSet(owned)) {
            if (!live.containsAll(target)) {
                add(path);
            }
        } else if (target.size() != live.size()) {
            add(path);
        } else {
            for (int i = 0; i < target.size(); i++) {
                var item = path + "[" + i + "]";
                if (applied) {
                    compareWhole(item, target.get(i), live.get(i));
                } else {
                    compare(item, target.get(i), live.get(i), Map.of());
                }
            }
        }
    }

    /// Below a list that merges as a whole nobody else owns anything: whatever is more in live is
    /// a difference too, or a default that only the API server knows.
    private void compareWhole(String path, @Nullable Object target, @Nullable Object live) {
        if (target instanceof Map<?, ?> wanted && live instanceof Map<?, ?> found) {
            var fields = new LinkedHashSet<Object>(wanted.keySet());
            fields.addAll(found.keySet());
            for (var field : fields) {
                compareWhole(path + "." + field, wanted.get(field), found.get(field));
            }
        } else if (target instanceof List<?> wanted && live instanceof List<?> found) {
            if (wanted.size() != found.size()) {
                add(path);
                return;
            }
            for (int i = 0; i < wanted.size(); i++) {
                compareWhole(path + "[" + i + "]", wanted.get(i), found.get(i));
            }
        } else if (!sameScalar(path, target, live)) {
            add(path);
        }
    }

    /// Without ownership to go by, a list in which every item has a name of its own merges by it.
    private static Set<String> guessKeys(List<Object> target, List<Object> live) {
        return named(target) && named(live) ? Set.of("name") : Set.of();
    }

    private static boolean named(List<Object> items) {
        return !items.isEmpty()
                && items.stream().noneMatch(item -> Json.string(item, "name").isEmpty())
                && items.stream().map(item -> Json.string(item, "name")).distinct().count()
                        == items.size();
    }

    /// The item with the same keys. A key that a target leaves out has the API server's default in
    /// live, and matches anything where that is not known.
    private static @Nullable Object find(List<Object> items, Object wanted, Set<String> keys) {
        for (var item : items) {
            boolean matches = true;
            boolean some = false;
            for (var key : keys) {
                var one = keyOf(wanted, key);
                var other = keyOf(item, key);
                matches &= one == null || other == null || sameScalar("", one, other);
                some |= one != null && other != null;
            }
            if (matches && some) {
                return item;
            }
        }
        return null;
    }

    /// Of all keys of Kubernetes' own lists, a port's protocol is the one that has a default.
    private static @Nullable Object keyOf(Object item, String key) {
        var value = Json.at(item, key);
        return value == null && key.equals("protocol") ? "TCP" : value;
    }

    /// Fields that we own and that the target no longer has.
    private void dropped(
            String path,
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
                var fieldPath = path.isEmpty() ? field : path + "." + field;
                if (liveValue == null || fieldPath.equals("status")) {
                    continue;
                }
                if (targetValue == null && !isEmpty(liveValue)) {
                    add(fieldPath);
                } else if (targetValue != null) {
                    dropped(fieldPath, below, targetValue, liveValue);
                }
            } else if (name.startsWith("k:")) {
                var key = OwnedFields.keyOf(name);
                var liveItem = find(Json.array(live), key, key.keySet());
                var targetItem = find(Json.array(target), key, key.keySet());
                if (liveItem != null && targetItem == null) {
                    add(path + "[" + key.values().iterator().next() + "]");
                } else if (liveItem != null) {
                    dropped(
                            path + "[" + key.values().iterator().next() + "]",
                            below,
                            targetItem,
                            liveItem);
                }
            } else if (name.startsWith("v:")) {
                var value = OwnedFields.valueOf(name);
                if (!Json.array(target).contains(value) && Json.array(live).contains(value)) {
                    add(path);
                }
            }
        }
    }

    private static boolean sameScalar(String path, @Nullable Object target, @Nullable Object live) {
        if (Objects.equals(target, live)) {
            return true;
        }
        if (target instanceof Number one && live instanceof Number other) {
            return decimal(one).compareTo(decimal(other)) == 0;
        }
        if (isScalar(target) && isScalar(live)) {
            return String.valueOf(target).equals(String.valueOf(live))
                    || (Quantity.isQuantityField(path)
                            && Quantity.same(String.valueOf(target), String.valueOf(live)));
        }
        return false;
    }

    private static BigDecimal decimal(Number number) {
        return new BigDecimal(number.toString());
    }

    private static boolean isScalar(@Nullable Object value) {
        return value instanceof String || value instanceof Number;
    }

    /// An `emptyDir: {}` that is gone has made way for another kind of volume.
    private static boolean meantToBeEmpty(
            String path, @Nullable Object target, @Nullable Object live) {
        return path.endsWith(".emptyDir") && target != null && live == null;
    }

    private static boolean isEmpty(@Nullable Object value) {
        return value == null
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value instanceof List<?> list && list.isEmpty());
    }
}
