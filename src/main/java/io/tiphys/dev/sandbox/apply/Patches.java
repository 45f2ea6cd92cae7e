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
        throw refused("the patch leaves no object");
    }

    private static JsonNode step(JsonNode document, JsonNode operation) {
        var path = pointer(operation, "path");
        switch (operation.path("op").asText()) {
            case "add" -> {
                return add(document, path, value(operation));
            }
            case "remove" -> remove(document, path);
            case "replace" -> {
                if (document.at(path).isMissingNode()) {
                    throw refused("replace: the path \"" + path + "\" does not exist");
                }
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
                    throw refused("testing value \"" + path + "\" failed");
                }
            }
            default -> throw Refusal.badRequest("unknown operation " + operation.path("op"));
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
            throw refused("the path \"" + path + "\" does not exist");
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
            default -> throw refused("add: the path \"" + path + "\" does not exist");
        }
        return document;
    }

    private static void replace(JsonNode document, JsonPointer path, JsonNode value) {
        switch (document.at(path.head())) {
            case ObjectNode parent -> parent.set(path.last().getMatchingProperty(), value);
            case ArrayNode list -> list.set(index(path), value);
            default -> throw refused("replace: the path \"" + path + "\" does not exist");
        }
    }

    private static void remove(JsonNode document, JsonPointer path) {
        existing(document, path);
        switch (document.at(path.head())) {
            case ObjectNode parent -> parent.remove(path.last().getMatchingProperty());
            case ArrayNode list -> list.remove(index(path));
            default -> throw refused("remove: the path \"" + path + "\" cannot be removed");
        }
    }

    private static int index(JsonPointer path) {
        return path.last().getMatchingIndex();
    }

    private static Refusal refused(String problem) {
        return Refusal.plain(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request: " + problem);
    }
}
