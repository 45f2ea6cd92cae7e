package io.tiphys.dev.sandbox.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What server-side apply does with values once their schema is known: name the fields of a value,
/// compare two, merge one into another, take fields away.
final class Typed {

    /// How one value became another.
    record Changes(FieldSet removed, FieldSet modified, FieldSet added) {

        FieldSet written() {
            return modified.union(added);
        }
    }

    private Typed() {}

    static FieldSet fieldsOf(JsonNode value, Schema schema) {
        var set = new FieldSet();
        fieldsOf(value, schema.resolve(value), new ArrayList<>(), set);
        return set;
    }

    private static void fieldsOf(JsonNode value, Schema schema, List<String> path, FieldSet set) {
        if (schema.leaf()) {
            set.insert(path);
        } else if (schema.isMapping()) {
            if (!value.isObject()) {
                throw misfit(path, "expected map, got " + value);
            }
            for (var field : value.properties()) {
                var child = schema.child(field.getKey());
                if (child == null) {
                    path.add("f:" + field.getKey());
                    throw misfit(path, "field not declared in schema");
                }
                path.add("f:" + field.getKey());
                fieldsOf(field.getValue(), child.resolve(field.getValue()), path, set);
                var empty = field.getValue().isObject() && field.getValue().isEmpty();
                if (empty || !schema.declares(field.getKey())) {
                    set.insert(path);
                }
                path.removeLast();
            }
        } else {
            if (!value.isArray()) {
                throw misfit(path, "expected list, got " + value);
            }
            var seen = new LinkedHashSet<String>();
            for (var item : value) {
                var element = schema.pathElement(item);
                if (!seen.add(element)) {
                    var key = FieldSet.readable(List.of(element));
                    throw misfit(path, "duplicate entries for key " + key);
                }
                path.add(element);
                fieldsOf(item, schema.item().resolve(item), path, set);
                set.insert(path);
                path.removeLast();
            }
        }
    }

    private static Refusal misfit(List<String> path, String problem) {
        return Refusal.failure(FieldSet.readable(path) + ": " + problem);
    }

    static Changes compare(JsonNode before, JsonNode after, Schema schema) {
        var changes = new Changes(new FieldSet(), new FieldSet(), new FieldSet());
        compare(before, after, schema, new ArrayList<>(), changes);
        return changes;
    }

    private static void compare(
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            Schema declared,
            List<String> path,
            Changes changes) {
        var value = after != null ? after : before;
        if (value == null || (before != null && before.equals(after))) {
            return;
        }
        var schema = declared.resolve(value);
        var bothEmpty = isEmpty(before) && isEmpty(after);
        var sameShape =
                before == null || after == null || before.getNodeType() == after.getNodeType();
        if (!schema.leaf() && !bothEmpty && sameShape) {
            if (schema.isMapping()) {
                compareFields(before, after, schema, path, changes);
            } else {
                compareItems(before, after, schema, path, changes);
            }
        } else if (before != null && after != null) {
            changes.modified().insert(path);
        }
        if (before == null) {
            changes.added().insert(path);
        } else if (after == null) {
            changes.removed().insert(path);
        }
    }

    private static boolean isEmpty(@Nullable JsonNode value) {
        return value == null || value.isEmpty();
    }

    private static void compareFields(
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            Schema schema,
            List<String> path,
            Changes changes) {
        var names = new LinkedHashSet<String>();
        if (before != null) {
            before.fieldNames().forEachRemaining(names::add);
        }
        if (after != null) {
            after.fieldNames().forEachRemaining(names::add);
        }
        for (var name : names) {
            var child = schema.child(name);
            path.add("f:" + name);
            compare(
                    before == null ? null : before.get(name),
                    after == null ? null : after.get(name),
                    child == null ? Schema.ANY : child,
                    path,
                    changes);
            path.removeLast();
        }
    }

    private static void compareItems(
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            Schema schema,
            List<String> path,
            Changes changes) {
        var left = items(before, schema);
        var right = items(after, schema);
        var names = new LinkedHashSet<>(left.keySet());
        names.addAll(right.keySet());
        for (var name : names) {
            path.add(name);
            compare(left.get(name), right.get(name), schema.item(), path, changes);
            path.removeLast();
        }
    }

    private static Map<String, JsonNode> items(@Nullable JsonNode list, Schema schema) {
        var items = new LinkedHashMap<String, JsonNode>();
        if (list != null) {
            list.forEach(item -> items.put(schema.pathElement(item), item));
        }
        return items;
    }

    /// The live value with the applied one laid over it.
    static JsonNode merge(@Nullable JsonNode live, JsonNode applied, Schema declared) {
        var schema = declared.resolve(applied);
        if (live == null || schema.leaf() || live.getNodeType() != applied.getNodeType()) {
            return applied.deepCopy();
        }
        if (schema.isMapping()) {
            var merged = (ObjectNode) live.deepCopy();
            for (var field : applied.properties()) {
                var child = schema.child(field.getKey());
                merged.set(
                        field.getKey(),
                        merge(
                                live.get(field.getKey()),
                                field.getValue(),
                                child == null ? Schema.ANY : child));
            }
            return merged;
        }
        return mergeItems(live, applied, schema);
    }

    /// Applied items keep their order; live ones stay where they stood between them.
    private static ArrayNode mergeItems(JsonNode live, JsonNode applied, Schema schema) {
        var present = items(live, schema);
        var rest = items(applied, schema);
        Deque<String> order = new ArrayDeque<>(rest.keySet());
        var merged = Json.array();
        for (var item : present.entrySet()) {
            if (!rest.containsKey(item.getKey())) {
                merged.add(item.getValue().deepCopy());
                continue;
            }
            while (order.contains(item.getKey())) {
                addMerged(merged, order.removeFirst(), present, rest, schema);
            }
        }
        while (!order.isEmpty()) {
            addMerged(merged, order.removeFirst(), present, rest, schema);
        }
        return merged;
    }

    private static void addMerged(
            ArrayNode merged,
            String name,
            Map<String, JsonNode> live,
            Map<String, JsonNode> applied,
            Schema schema) {
        var item = applied.get(name);
        if (item != null) {
            merged.add(merge(live.get(name), item, schema.item()));
        }
    }

    /// Takes the members of a field set out of a value; whatever lies below a member goes with it.
    static void remove(JsonNode value, FieldSet fields, Schema declared) {
        var schema = declared.resolve(value);
        if (value instanceof ObjectNode object && schema.isMapping()) {
            fields.children()
                    .forEach((element, below) -> removeField(object, element, below, schema));
        } else if (value instanceof ArrayNode list && !schema.leaf()) {
            var kept = new HashMap<JsonNode, FieldSet>();
            Json.removeIf(
                    list,
                    item -> {
                        var below = fields.children().get(schema.pathElement(item));
                        if (below != null && !below.member()) {
                            kept.put(item, below);
                        }
                        return below != null && below.member();
                    });
            kept.forEach((item, below) -> remove(item, below, schema.item()));
        }
    }

    private static void removeField(
            ObjectNode object, String element, FieldSet below, Schema schema) {
        var name = element.substring(2);
        var child = schema.child(name);
        if (below.member()) {
            object.remove(name);
        } else if (child != null) {
            remove(object.path(name), below, child);
        }
    }
}
