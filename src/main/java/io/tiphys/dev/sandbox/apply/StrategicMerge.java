package io.tiphys.dev.sandbox.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.stream.Collectors;
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
            default -> throw unknownDirective(patch);
        }
        var retained = patch.path(RETAIN_KEYS);
        if (retained.isArray()) {
            target.retain(Json.texts(retained));
        }
        for (var field : patch.properties()) {
            if (!field.getKey().startsWith("$")) {
                var before = target.path(field.getKey()).deepCopy();
                field(target, field.getKey(), field.getValue(), schema);
                if (!patch.has(ORDER + field.getKey())) {
                    order(target, field.getKey(), field.getValue(), before, schema);
                }
            }
        }
        for (var field : patch.properties()) {
            if (field.getKey().startsWith(DELETE)) {
                var gone = new HashSet<JsonNode>();
                field.getValue().forEach(gone::add);
                var list = target.path(field.getKey().substring(DELETE.length()));
                Json.removeIf(list, gone::contains);
            } else if (field.getKey().startsWith(ORDER)) {
                var name = field.getKey().substring(ORDER.length());
                order(target, name, field.getValue(), target.path(name).deepCopy(), schema);
            }
        }
    }

    private static Refusal unknownDirective(ObjectNode patch) {
        return Refusal.failure(
                "unknown patch type: %s in map: map[%s]"
                        .formatted(patch.path(PATCH).asText(), terms(patch)));
    }

    private static String terms(JsonNode object) {
        return object.properties().stream()
                .map(field -> field.getKey() + ":" + field.getValue().asText())
                .collect(Collectors.joining(" "));
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
                throw Refusal.failure(
                        "map: map[%s] does not contain declared merge key: %s"
                                .formatted(terms(item), key));
            }
            if (item.path(PATCH).asText().equals("delete")) {
                Json.removeIf(list, present -> present.path(key).equals(item.get(key)));
                continue;
            }
            var present = find(list, key, item.path(key));
            var into = present instanceof ObjectNode object ? object : list.addObject();
            patch(into, item, schema.item());
        }
    }

    /// The items that the patch names stand in its order, the others in theirs; of two that are
    /// next in line, the one that stood first before goes first.
    private static void order(
            ObjectNode target, String name, JsonNode wanted, JsonNode before, Schema schema) {
        var child = schema.child(name);
        var key = child == null ? null : child.merge().patchKey();
        if (key == null || !(target.get(name) instanceof ArrayNode list)) {
            return;
        }
        var named = new ArrayDeque<JsonNode>();
        for (var item : wanted) {
            var present = find(list, key, identity(item, key));
            if (present != null && !named.contains(present)) {
                named.add(present);
            }
        }
        var others = new ArrayDeque<JsonNode>();
        list.forEach(others::add);
        others.removeAll(named);
        var places = new HashMap<JsonNode, Integer>();
        for (var item : before) {
            places.putIfAbsent(identity(item, key), places.size());
        }
        list.removeAll();
        while (!named.isEmpty() && !others.isEmpty()) {
            var mine = places.get(identity(named.getFirst(), key));
            var other = places.get(identity(others.getFirst(), key));
            var otherFirst = mine != null && other != null && other < mine;
            list.add(otherFirst ? others.removeFirst() : named.removeFirst());
        }
        named.forEach(list::add);
        others.forEach(list::add);
    }

    private static JsonNode identity(JsonNode item, String key) {
        return key.isEmpty() ? item : item.path(key);
    }

    private static @Nullable JsonNode find(ArrayNode list, String key, JsonNode identity) {
        for (var item : list) {
            if (identity(item, key).equals(identity)) {
                return item;
            }
        }
        return null;
    }
}
