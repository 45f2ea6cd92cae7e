package io.tiphys.core.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and copies trees of JSON held as maps, lists, strings, numbers, booleans and nulls.
/// Reading never fails: what is absent or of another type reads as empty.
public final class Json {

    private Json() {}

    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(@Nullable Object tree, String... path) {
        return at(tree, path) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    @SuppressWarnings("unchecked")
    public static List<Object> array(@Nullable Object tree, String... path) {
        return at(tree, path) instanceof List<?> list ? (List<Object>) list : List.of();
    }

    public static String string(@Nullable Object tree, String... path) {
        return at(tree, path) instanceof String text ? text : "";
    }

    public static boolean bool(@Nullable Object tree, String... path) {
        return at(tree, path) instanceof Boolean value && value;
    }

    public static long number(@Nullable Object tree, long otherwise, String... path) {
        return at(tree, path) instanceof Number value ? value.longValue() : otherwise;
    }

    /// The string entries of an object, such as labels or annotations.
    public static Map<String, String> strings(@Nullable Object tree, String... path) {
        var strings = new LinkedHashMap<String, String>();
        object(tree, path)
                .forEach(
                        (key, value) -> {
                            if (value instanceof String text) {
                                strings.put(key, text);
                            }
                        });
        return strings;
    }

    public static @Nullable Object at(@Nullable Object tree, String... path) {
        var node = tree;
        for (var key : path) {
            node = node instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return node;
    }

    /// A copy of the tree in which the value at the path is another; parents are made as needed.
    public static Map<String, Object> with(Map<String, Object> tree, Object value, String... path) {
        var copy = new LinkedHashMap<>(tree);
        if (path.length == 1) {
            copy.put(path[0], value);
        } else {
            var rest = java.util.Arrays.copyOfRange(path, 1, path.length);
            copy.put(path[0], with(object(tree, path[0]), value, rest));
        }
        return copy;
    }

    /// A copy of the tree with a JSON merge patch (RFC 7386) applied: objects are merged, null
    /// removes, all else replaces.
    public static Map<String, Object> merged(Map<String, Object> tree, Map<String, Object> patch) {
        var copy = new LinkedHashMap<>(tree);
        patch.forEach(
                (key, value) -> {
                    if (value == null) {
                        copy.remove(key);
                    } else if (value instanceof Map<?, ?>) {
                        copy.put(key, merged(object(tree, key), object(value)));
                    } else {
                        copy.put(key, value);
                    }
                });
        return copy;
    }

    /// A copy of the tree in which an object lacks some of its fields.
    public static Map<String, Object> without(
            Map<String, Object> tree, String parent, String... fields) {
        var copy = new LinkedHashMap<>(object(tree, parent));
        copy.keySet().removeAll(List.of(fields));
        return with(tree, copy, parent);
    }
}
