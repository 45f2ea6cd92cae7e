package io.tiphys.dev.sandbox.apply;

import static java.util.Comparator.comparingInt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Strategic merge patch: a merge patch that knows which lists merge by key, with its directives
/// (`$patch`, `$retainKeys`, `$setElementOrder`, `$deleteFromPrimitiveList`).
public final class StrategicMerge {

    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    public static void patch(ObjectNode target, ObjectNode patch, Schema schema) {
        switch (patch.path(PATCH).asText("merge")) {
            case "merge" -> {}
            case "replace" -> {
                target.removeAll();
                target.setAll(patch);
                target.remove(PATCH);
                return;
            }
            case "delete" -> {
                target.removeAll();
                return;
            }
            default -> throw Refusal.badRequest("unknown patch type " + patch.path(PATCH));
        }
        var retained = patch.path(RETAIN_KEYS);
        if (retained.isArray()) {
            target.retain(Json.texts(retained));
        }
        var before = new HashMap<String, List<JsonNode>>();
        for (var field : patch.properties()) {
            if (field.getKey().startsWith(ORDER)) {
                var name = field.getKey().substring(ORDER.length());
                before.put(name, keys(target.path(name), patchKey(schema, name)));
            }
        }
        for (var field : patch.properties()) {
            if (!field.getKey().startsWith("$")) {
                field(target, field.getKey(), field.getValue(), schema);
            }
        }
        for (var field : patch.properties()) {
            if (field.getKey().startsWith(DELETE)) {
                var gone = new HashSet<JsonNode>();
                field.getValue().forEach(gone::add);
                var list = target.path(field.getKey().substring(DELETE.length()));
                Json.removeIf(list, gone::contains);
            }
        }
        before.forEach(
                (name, order) -> {
                    var key = patchKey(schema, name);
                    if (key != null && target.get(name) instanceof ArrayNode list) {
                        arrange(list, keys(patch.path(ORDER + name), key), order, key);
                    }
                });
    }

    /// The field by which a list's items merge; empty where they are no objects, null where the
    /// list does not merge.
    private static @Nullable String patchKey(Schema schema, String list) {
        var child = schema.child(list);
        return child == null ? null : child.merge().patchKey();
    }

    private static List<JsonNode> keys(JsonNode list, @Nullable String key) {
        var keys = new ArrayList<JsonNode>();
        list.forEach(item -> keys.add(keyOf(item, key == null ? "" : key)));
        return keys;
    }

    private static JsonNode keyOf(JsonNode item, String key) {
        return key.isEmpty() ? item : item.path(key);
    }

    private static void field(ObjectNode target, String name, JsonNode value, Schema schema) {
        var child = schema.child(name);
        var key = patchKey(schema, name);
        if (value.isNull()) {
            target.remove(name);
        } else if (value instanceof ObjectNode part) {
            if (part.path(PATCH).asText().equals("delete")) {
                target.remove(name);
            } else {
                patch(Json.child(target, name), part, child == null ? Schema.ANY : child);
            }
        } else if (value instanceof ArrayNode items && child != null && key != null) {
            var list = Json.list(target, name);
            var before = keys(list, key);
            if (key.isEmpty()) {
                mergeScalars(list, items);
            } else {
                mergeItems(list, items, key, child);
            }
            arrange(list, keys(items, key), before, key);
        } else {
            target.set(name, value);
        }
    }

    private static void mergeScalars(ArrayNode list, ArrayNode items) {
        var present = new HashSet<JsonNode>();
        list.forEach(present::add);
        for (var item : items) {
            if (present.add(item)) {
                list.add(item);
            }
        }
    }

    private static void mergeItems(ArrayNode list, ArrayNode items, String key, Schema schema) {
        for (var item : items) {
            if (item.path(PATCH).asText().equals("replace") && item.size() == 1) {
                list.removeAll();
            }
        }
        for (var item : Json.objects(items)) {
            if (item.size() == 1 && item.has(PATCH)) {
                continue;
            }
            if (!item.hasNonNull(key)) {
                throw Refusal.badRequest(
                        "map: %s does not contain declared merge key: %s".formatted(item, key));
            }
            if (item.path(PATCH).asText().equals("delete")) {
                Json.removeIf(list, present -> present.path(key).equals(item.get(key)));
                continue;
            }
            var present = find(list, key, item.get(key));
            patch(present == null ? list.addObject() : present, item, schema.item());
        }
    }

    private static @Nullable ObjectNode find(JsonNode list, String key, JsonNode value) {
        for (var item : Json.objects(list)) {
            if (item.path(key).equals(value)) {
                return item;
            }
        }
        return null;
    }

    /// Puts what a patch named into the patch's order and leaves the rest in the order in which it
    /// stood. Of the next of each, the patch's goes first unless the other stood before it.
    private static void arrange(
            ArrayNode list, List<JsonNode> patched, List<JsonNode> before, String key) {
        var named = new ArrayList<JsonNode>();
        var others = new ArrayDeque<JsonNode>();
        list.forEach(item -> (patched.contains(keyOf(item, key)) ? named : others).add(item));
        named.sort(comparingInt(item -> patched.indexOf(keyOf(item, key))));
        list.removeAll();
        for (var item : named) {
            int stood = before.indexOf(keyOf(item, key));
            while (!others.isEmpty() && before.indexOf(keyOf(others.element(), key)) < stood) {
                list.add(others.remove());
            }
            list.add(item);
        }
        list.addAll(others);
    }
}
