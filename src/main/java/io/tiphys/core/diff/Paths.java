package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Places in a tree, each as keys (strings) and indices (integers) from the root.
final class Paths {

    private Paths() {}

    /// Where a JSON pointer (RFC 6901) leads.
    ///
    /// @return empty if there is nothing
    static Optional<List<Object>> ofPointer(String pointer, Map<String, Object> tree) {
        if (!pointer.startsWith("/")) {
            return Optional.empty();
        }
        var path = new ArrayList<Object>();
        Object node = tree;
        for (var part : pointer.substring(1).split("/", -1)) {
            var key = part.replace("~1", "/").replace("~0", "~");
            if (node instanceof Map<?, ?> map && map.containsKey(key)) {
                node = map.get(key);
                path.add(key);
            } else if (node instanceof List<?> list
                    && key.matches("[0-9]{1,6}")
                    && Integer.parseInt(key) < list.size()) {
                node = list.get(Integer.parseInt(key));
                path.add(Integer.valueOf(key));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(List.copyOf(path));
    }

    /// A copy of the tree without what is at the places. An object that this empties goes too.
    static Map<String, Object> without(
            Map<String, Object> tree, Collection<? extends List<Object>> paths) {
        return paths.isEmpty() ? tree : Json.object(removed(tree, paths));
    }

    private static @Nullable Object removed(
            @Nullable Object node, Collection<? extends List<Object>> paths) {
        var below = new LinkedHashMap<Object, List<List<Object>>>();
        for (var path : paths) {
            if (!path.isEmpty()) {
                below.computeIfAbsent(path.getFirst(), _ -> new ArrayList<>())
                        .add(path.subList(1, path.size()));
            }
        }
        if (node instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<Object, @Nullable Object>(map);
            below.forEach(
                    (key, rests) -> {
                        var child = map.get(key);
                        if (goes(rests)) {
                            copy.remove(key);
                        } else if (child != null) {
                            var rest = removed(child, rests);
                            if (isEmpty(rest) && !isEmpty(child)) {
                                copy.remove(key);
                            } else {
                                copy.put(key, rest);
                            }
                        }
                    });
            return copy;
        }
        if (node instanceof List<?> list) {
            var copy = new ArrayList<@Nullable Object>();
            for (int i = 0; i < list.size(); i++) {
                var rests = below.getOrDefault(i, List.of());
                if (!goes(rests)) {
                    copy.add(rests.isEmpty() ? list.get(i) : removed(list.get(i), rests));
                }
            }
            return copy;
        }
        return node;
    }

    private static boolean goes(List<List<Object>> rests) {
        return rests.stream().anyMatch(List::isEmpty);
    }

    private static boolean isEmpty(@Nullable Object node) {
        return (node instanceof Map<?, ?> map && map.isEmpty())
                || (node instanceof List<?> list && list.isEmpty());
    }

    /// A copy of the tree in which the place has what the other tree has there. Items of a list
    /// are the same if their names are, or where none has a name their indices.
    static Map<String, Object> grafted(
            Map<String, Object> tree, Map<String, Object> from, List<Object> path) {
        return Json.object(graft(tree, from, path));
    }

    private static @Nullable Object graft(
            @Nullable Object node, @Nullable Object from, List<Object> path) {
        if (path.isEmpty()) {
            return from;
        }
        var key = path.getFirst();
        var rest = path.subList(1, path.size());
        if (from instanceof Map<?, ?> source && source.containsKey(key)) {
            var copy = new LinkedHashMap<Object, @Nullable Object>();
            if (node instanceof Map<?, ?> map) {
                copy.putAll(map);
            } else if (node != null) {
                return node;
            }
            copy.put(key, graft(copy.get(key), source.get(key), rest));
            return copy;
        }
        if (node instanceof List<?> list
                && from instanceof List<?> source
                && key instanceof Integer index
                && index < source.size()) {
            int at = same(list, source, index);
            var copy = new ArrayList<@Nullable Object>(list);
            if (at >= 0) {
                copy.set(at, graft(list.get(at), source.get(index), rest));
            } else if (rest.isEmpty()) {
                copy.add(source.get(index));
            }
            return copy;
        }
        return node;
    }

    /// Whether the tree has the place that a path leads to in the other one.
    static boolean reaches(@Nullable Object node, @Nullable Object other, List<Object> path) {
        if (path.isEmpty()) {
            return true;
        }
        var key = path.getFirst();
        var rest = path.subList(1, path.size());
        if (node instanceof Map<?, ?> map && map.containsKey(key)) {
            return reaches(map.get(key), Json.at(other, key.toString()), rest);
        }
        if (node instanceof List<?> list
                && other instanceof List<?> source
                && key instanceof Integer index
                && index < source.size()) {
            int at = same(list, source, index);
            return at >= 0 && reaches(list.get(at), source.get(index), rest);
        }
        return false;
    }

    private static int same(List<?> list, List<?> source, int index) {
        var name = Json.string(source.get(index), "name");
        if (name.isEmpty()) {
            return list.size() == source.size() ? index : -1;
        }
        for (int i = 0; i < list.size(); i++) {
            if (Json.string(list.get(i), "name").equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
