package io.tiphys.core.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Reads the fields of an object that a person wrote. What is absent or null reads as empty; what
/// has the wrong type is refused, by the name of the field.
///
/// @param where the object's own name, such as `spec.source.helm`
public record Fields(String where, Map<String, Object> tree) {

    /// Whether anything but null stands there.
    public boolean has(String name) {
        return tree.get(name) != null;
    }

    public String string(String name) {
        return switch (tree.get(name)) {
            case null -> "";
            case String text -> text;
            default -> throw wrong(name, "a string");
        };
    }

    public boolean bool(String name) {
        return switch (tree.get(name)) {
            case null -> false;
            case Boolean value -> value;
            default -> throw wrong(name, "true or false");
        };
    }

    /// A whole number, which may also be written as a string.
    public long number(String name) {
        var value = tree.get(name);
        try {
            return value == null ? 0 : Long.parseLong(value.toString());
        } catch (NumberFormatException none) {
            throw wrong(name, "a whole number");
        }
    }

    public Fields object(String name) {
        var value = tree.get(name);
        return fields(where + "." + name, value == null ? Map.of() : value);
    }

    public List<String> strings(String name) {
        return list(name).stream()
                .map(
                        item -> {
                            if (item instanceof String text) {
                                return text;
                            }
                            throw wrong(name, "a list of strings");
                        })
                .toList();
    }

    public <T> List<T> objects(String name, Function<Fields, T> read) {
        var path = where + "." + name;
        return list(name).stream().map(item -> read.apply(fields(path + "[]", item))).toList();
    }

    Map<String, String> stringMap(String name) {
        var object = object(name);
        var strings = new LinkedHashMap<String, String>();
        object.tree.keySet().forEach(key -> strings.put(key, object.string(key)));
        return strings;
    }

    /// A list of objects with name and value. A name that is there twice has its last value.
    Map<String, String> pairs(String name) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : objects(name, Function.identity())) {
            pairs.put(pair.string("name"), pair.string("value"));
        }
        return pairs;
    }

    private List<Object> list(String name) {
        var value = tree.get(name);
        if (value != null && !(value instanceof List<?>)) {
            throw wrong(name, "a list");
        }
        return Json.array(value);
    }

    private static Fields fields(String path, Object value) {
        if (value instanceof Map<?, ?>) {
            return new Fields(path, Json.object(value));
        }
        throw new InvalidSpecException(path + " must be an object");
    }

    private InvalidSpecException wrong(String name, String type) {
        return new InvalidSpecException("%s.%s must be %s".formatted(where, name, type));
    }
}
