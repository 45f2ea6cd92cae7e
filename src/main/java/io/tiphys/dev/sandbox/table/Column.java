package io.tiphys.dev.sandbox.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Instant;

/// A column of a table: what it is called and what stands in it.
///
/// @param priority 0 where it is always shown, 1 where only wide output shows it
record Column(String name, String type, String description, int priority, Cell cell) {

    interface Cell {
        JsonNode of(JsonNode object, Instant now);
    }

    static final Column NAME =
            new Column("Name", "string", "", 0, (it, _) -> TextNode.valueOf(name(it)));
    static final Column AGE = new Column("Age", "string", "", 0, Column::age);

    /// For what nobody has found columns for.
    static final Column CREATED = new Column("Created At", "date", "", 0, (it, _) -> created(it));

    private static String name(JsonNode object) {
        return Json.text(object, "metadata", "name");
    }

    private static JsonNode created(JsonNode object) {
        return Json.at(object, "metadata", "creationTimestamp");
    }

    private static JsonNode age(JsonNode object, Instant now) {
        var created = created(object);
        return TextNode.valueOf(
                created.isTextual() ? Ages.since(created.asText(), now) : "<unknown>");
    }

    /// As an `additionalPrinterColumns` entry of a CRD declares it.
    static Column declared(JsonNode column) {
        var type = Json.text(column, "type");
        var path = Json.text(column, "jsonPath");
        var found = new FieldPath(path);
        return new Column(
                Json.text(column, "name"),
                type,
                column.path("description")
                        .asText("Custom resource definition column (in JSONPath format): " + path),
                column.path("priority").asInt(),
                (object, now) -> printed(type, found.first(object), now));
    }

    private static JsonNode printed(String type, JsonNode value, Instant now) {
        var text = value.isValueNode() ? value.asText() : value.toString();
        var cell =
                value.isMissingNode() || value.isNull()
                        ? null
                        : switch (type) {
                            case "string" -> TextNode.valueOf(text);
                            case "date" -> TextNode.valueOf(Ages.since(text, now));
                            case "integer" -> value.isNumber() ? Json.number(value.asLong()) : null;
                            case "number" -> value.isNumber() ? value : null;
                            case "boolean" -> value.isBoolean() ? value : null;
                            default -> null;
                        };
        return cell == null ? NullNode.instance : cell;
    }

    Column typed(String other) {
        return new Column(name, other, description, priority, cell);
    }

    ObjectNode definition() {
        return Json.object()
                .put("name", name)
                .put("type", type)
                .put("format", name.equals("Name") ? "name" : "")
                .put("description", description)
                .put("priority", priority);
    }
}
