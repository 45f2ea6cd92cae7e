package io.tiphys.dev.sandbox.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.TreeMap;
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
        for (var field : patch.properties()) {
            if (!field.getKey().startsWith("$")) {
                field(target, field.getKey(), field.getValue(), schema);
            }
        }
        for (var field : patch.properties()) {
            directive(target, field.getKey(), field.getValue(), schema);
        }
    }

    private static void field(ObjectNode target, String name, JsonNode value, Schema schema) {
        var child = schema.child(name);
        var key = child == null ? null : child.merge().patchKey();
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
            if (key.isEmpty()) {
                mergeScalars(list, items);
            } else {
                mergeItems(list, items, key, child);
            }
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

    private static void directive(ObjectNode target, String name, JsonNode value, Schema schema) {
        if (name.startsWith(DELETE)) {
            var gone = new HashSet<JsonNode>();
            value.forEach(gone::add);
            Json.removeIf(target.path(name.substring(DELETE.length())), gone::contains);
        } else if (name.startsWith(ORDER)
                && target.get(name.substring(ORDER.length())) instanceof ArrayNode list) {
            var child = schema.child(name.substring(ORDER.length()));
            var key = child == null ? null : child.merge().patchKey();
            if (key != null) {
                order(list, value, key);
            }
        }
    }

    /// Items that the order does not name stay where they stand; the others take turns.
    private static void order(ArrayNode list, JsonNode wanted, String key) {
        var ranks = new HashMap<JsonNode, Integer>();
        for (var item : wanted) {
            ranks.putIfAbsent(key.isEmpty() ? item : item.path(key), ranks.size());
        }
        var places = new ArrayList<Integer>();
        var turns = new TreeMap<Integer, JsonNode>();
        for (int i = 0; i < list.size(); i++) {
            var rank = ranks.get(key.isEmpty() ? list.get(i) : list.get(i).path(key));
            if (rank != null && turns.put(rank, list.get(i)) == null) {
                places.add(i);
            }
        }
        var next = turns.values().iterator();
        places.forEach(place -> list.set(place, next.next()));
    }
}
