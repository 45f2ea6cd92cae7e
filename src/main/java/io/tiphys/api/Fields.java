package io.tiphys.api;

import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which fields of an answer a caller wants: `items.metadata.name,items.spec`, or all but some with
/// a leading `-`. Lists are looked through, so a path names the field of every element.
///
/// @param named the paths as a tree; a leaf without children stands for all below it
/// @param except whether the paths name what to leave out
record Fields(Map<String, Object> named, boolean except) {

    /// More than any client asks for, and few enough that a request cannot be made of them.
    private static final int MAX_PATHS = 200;

    static final Fields ALL = new Fields(Map.of(), true);

    /// @throws IllegalArgumentException if there are too many
    static Fields parse(String text) {
        if (text.isBlank()) {
            return ALL;
        }
        boolean except = text.startsWith("-");
        var paths =
                List.of((except ? text.substring(1) : text).split(",", MAX_PATHS + 1)).stream()
                        .map(String::strip)
                        .filter(path -> !path.isEmpty())
                        .toList();
        if (paths.size() > MAX_PATHS) {
            throw new IllegalArgumentException("At most %d fields".formatted(MAX_PATHS));
        }
        var named = new TreeMap<String, Object>();
        for (var path : paths) {
            name(named, path.split("\\.", 2));
        }
        return new Fields(named, except);
    }

    Map<String, Object> of(Map<String, Object> answer) {
        return except && named.isEmpty() ? answer : project(answer, named);
    }

    private static void name(Map<String, Object> node, String[] step) {
        var known = node.get(step[0]);
        boolean wholeAlready = known != null && Json.object(known).isEmpty();
        if (step.length == 1) {
            node.put(step[0], Map.of());
        } else if (!wholeAlready) {
            var below = new TreeMap<>(Json.object(known));
            name(below, step[1].split("\\.", 2));
            node.put(step[0], below);
        }
    }

    private Map<String, Object> project(Map<String, Object> object, Map<String, Object> paths) {
        var kept = new LinkedHashMap<String, Object>();
        object.forEach(
                (key, value) -> {
                    if (!paths.containsKey(key)) {
                        if (except) {
                            kept.put(key, value);
                        }
                        return;
                    }
                    var below = Json.object(paths.get(key));
                    if (!below.isEmpty()) {
                        kept.put(key, descend(value, below));
                    } else if (!except) {
                        kept.put(key, value);
                    }
                });
        return kept;
    }

    private Object descend(Object value, Map<String, Object> paths) {
        return switch (value) {
            case Map<?, ?> object -> project(Json.object(object), paths);
            case List<?> list -> list.stream().map(item -> descend(item, paths)).toList();
            case null, default -> value;
        };
    }
}
