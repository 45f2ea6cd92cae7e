package io.tiphys.dev.sandbox.apply;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;

/// JSON merge patch (RFC 7386) and JSON patch (RFC 6902).
public final class Patches {

    private Patches() {}

    public static void merge(ObjectNode target, ObjectNode patch) {
        for (var field : patch.properties()) {
            var value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value instanceof ObjectNode part) {
                merge(Json.child(target, field.getKey()), part);
            } else {
                target.set(field.getKey(), value);
            }
        }
    }

    public static ObjectNode json(ObjectNode target, JsonNode operations) {
        if (!operations.isArray()) {
            throw Refusal.badRequest("a JSON patch must be a list of operations");
        }
        JsonNode result = target;
        for (var operation : operations) {
            result = step(result, operation);
        }
        if (result instanceof ObjectNode object) {
            return object;
        }
        throw Refusal.rejected();
    }

    private static JsonNode step(JsonNode document, JsonNode operation) {
        var path = pointer(operation, "path");
        switch (operation.path("op").asText()) {
            case "add" -> {
                return add(document, path, value(operation));
            }
            case "remove" -> remove(document, path);
            case "replace" -> {
                if (path.matches()) {
                    return value(operation);
                }
                replace(document, path, value(operation));
            }
            case "move" -> {
                var from = pointer(operation, "from");
                var moved = existing(document, from);
                remove(document, from);
                return add(document, path, moved);
            }
            case "copy" -> {
                return add(
                        document, path, existing(document, pointer(operation, "from")).deepCopy());
            }
            case "test" -> {
                if (!document.at(path).equals(value(operation))) {
                    throw Refusal.rejected();
                }
            }
            default -> throw Refusal.rejected();
        }
        return document;
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("invalid JSON pointer " + operation.path(field));
        }
    }

    private static JsonNode value(JsonNode operation) {
        var value = operation.get("value");
        if (value == null) {
            throw Refusal.badRequest("the operation has no value: " + operation);
        }
        return value.deepCopy();
    }

    private static JsonNode existing(JsonNode document, JsonPointer path) {
        var value = document.at(path);
        if (value.isMissingNode()) {
            throw Refusal.rejected();
        }
        return value;
    }

    private static JsonNode add(JsonNode document, JsonPointer path, JsonNode value) {
        if (path.matches()) {
            return value;
        }
        var last = path.last().getMatchingProperty();
        switch (document.at(path.head())) {
            case ObjectNode parent -> parent.set(last, value);
            case ArrayNode list when last.equals("-") -> list.add(value);
            case ArrayNode list when index(path) >= 0 && index(path) <= list.size() ->
                    list.insert(index(path), value);
            default -> throw Refusal.rejected();
        }
        return document;
    }

    private static void replace(JsonNode document, JsonPointer path, JsonNode value) {
        // An absent field is set all the same, but an absent item has no place.
        switch (document.at(path.head())) {
            case ObjectNode parent -> parent.set(path.last().getMatchingProperty(), value);
            case ArrayNode list when list.has(index(path)) -> list.set(index(path), value);
            default -> throw Refusal.rejected();
        }
    }

    private static void remove(JsonNode document, JsonPointer path) {
        existing(document, path);
        switch (document.at(path.head())) {
            case ObjectNode parent -> parent.remove(path.last().getMatchingProperty());
            case ArrayNode list -> list.remove(index(path));
            default -> throw Refusal.rejected();
        }
    }

    private static int index(JsonPointer path) {
        return path.last().getMatchingIndex();
    }
}
