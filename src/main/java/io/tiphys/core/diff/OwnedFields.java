package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which fields of a live object our manager applied, from the object's `managedFields`: trees of
/// `f:<field>`, `k:<keys of a list's item>` and `v:<value of a set>`, as server-side apply records.
final class OwnedFields {

    private static final String MANAGER = "argocd-controller";

    private OwnedFields() {}

    static Map<String, Object> of(Map<String, Object> live) {
        for (var entry : Json.array(live, "metadata", "managedFields")) {
            if (Json.string(entry, "manager").equals(MANAGER)
                    && Json.string(entry, "operation").equals("Apply")
                    && Json.string(entry, "subresource").isEmpty()) {
                return Json.object(entry, "fieldsV1");
            }
        }
        return Map.of();
    }

    /// How lists merge, by what all managers wrote: as much of the kind's schema as the object
    /// tells.
    static Map<String, Object> ofAll(Map<String, Object> live) {
        Map<String, Object> all = Map.of();
        for (var entry : Json.array(live, "metadata", "managedFields")) {
            all =
                    all.isEmpty()
                            ? Json.object(entry, "fieldsV1")
                            : Json.merged(all, Json.object(entry, "fieldsV1"));
        }
        return all;
    }

    /// Whether anything is known of a field.
    static boolean knows(Map<String, Object> owned, String name) {
        return owned.containsKey("f:" + name);
    }

    static Map<String, Object> field(Map<String, Object> owned, String name) {
        return Json.object(owned, "f:" + name);
    }

    /// The names of the keys by which a list merges; empty if it does not merge by keys, or is not
    /// owned.
    static Set<String> listKeys(Map<String, Object> owned) {
        for (var name : owned.keySet()) {
            if (name.startsWith("k:")) {
                return keyOf(name).keySet();
            }
        }
        return Set.of();
    }

    static boolean isSet(Map<String, Object> owned) {
        return owned.keySet().stream().anyMatch(name -> name.startsWith("v:"));
    }

    /// What is owned of the list's item that has the same keys as the given one.
    static Map<String, Object> item(Map<String, Object> owned, Object item) {
        for (var entry : owned.entrySet()) {
            if (entry.getKey().startsWith("k:") && hasKeys(item, keyOf(entry.getKey()))) {
                return Json.object(entry.getValue());
            }
        }
        return Map.of();
    }

    /// The same of a list of which nothing may be known.
    static @Nullable Map<String, Object> itemOf(@Nullable Map<String, Object> owned, Object item) {
        var found = owned == null ? Map.<String, Object>of() : item(owned, item);
        return found.isEmpty() ? null : found;
    }

    /// Reads `k:{"containerPort":80,"protocol":"TCP"}`: a flat JSON object of scalars.
    static Map<String, Object> keyOf(String name) {
        return FlatJson.object(name.substring(2));
    }

    /// Reads `v:"text"` or `v:5`.
    static Object valueOf(String name) {
        var values = new LinkedHashMap<String, Object>();
        values.putAll(FlatJson.object("{\"value\":" + name.substring(2) + "}"));
        return values.getOrDefault("value", "");
    }

    /// Whether the place of an object is owned, or something below it.
    static boolean owns(Map<String, Object> owned, Map<String, Object> object, List<Object> path) {
        Object node = object;
        Map<String, Object> fields = owned;
        for (var key : path) {
            if (key instanceof Integer index) {
                var list = Json.array(node);
                if (isLeaf(fields)) {
                    return true;
                }
                node = index < list.size() ? list.get(index) : null;
                fields = node == null ? Map.of() : item(fields, node);
            } else {
                if (!fields.containsKey("f:" + key)) {
                    return false;
                }
                fields = field(fields, key.toString());
                node = Json.at(node, key.toString());
            }
        }
        return true;
    }

    /// Adds the places of what is owned, as far as the object has them. A list's keys are left out,
    /// so that its items can still be told apart.
    static void leaves(
            Map<String, Object> owned, @Nullable Object object, List<List<Object>> paths) {
        leaves(owned, object, Set.of(), List.of(), paths);
    }

    private static void leaves(
            Map<String, Object> owned,
            @Nullable Object node,
            Set<String> keys,
            List<Object> path,
            List<List<Object>> paths) {
        for (var entry : owned.entrySet()) {
            var name = entry.getKey();
            var below = Json.object(entry.getValue());
            Object key = null;
            Object child = null;
            Set<String> childKeys = Set.of();
            if (name.startsWith("f:") && !keys.contains(name.substring(2))) {
                key = name.substring(2);
                child = Json.at(node, name.substring(2));
            } else if (name.startsWith("k:")) {
                var wanted = keyOf(name);
                key = indexOf(Json.array(node), item -> hasKeys(item, wanted));
                childKeys = wanted.keySet();
            } else if (name.startsWith("v:")) {
                key = indexOf(Json.array(node), valueOf(name)::equals);
            }
            if (key instanceof Integer index) {
                child = index < 0 ? null : Json.array(node).get(index);
            }
            if (key != null && child != null) {
                var place = Stream.concat(path.stream(), Stream.of(key)).toList();
                if (isLeaf(below)) {
                    paths.add(place);
                } else {
                    leaves(below, child, childKeys, place, paths);
                }
            }
        }
    }

    /// Whether all below is owned.
    private static boolean isLeaf(Map<String, Object> owned) {
        return owned.keySet().stream().allMatch("."::equals);
    }

    private static int indexOf(List<Object> list, Predicate<Object> wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (wanted.test(list.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /// A port's protocol is `TCP` where none is declared.
    private static boolean hasKeys(Object item, Map<String, Object> keys) {
        return keys.entrySet().stream()
                .allMatch(
                        key -> {
                            var value = Json.at(item, key.getKey());
                            return value == null
                                    ? key.getKey().equals("protocol")
                                            && "TCP".equals(key.getValue())
                                    : String.valueOf(value).equals(String.valueOf(key.getValue()));
                        });
    }
}
