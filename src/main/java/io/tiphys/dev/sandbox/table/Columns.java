package io.tiphys.dev.sandbox.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiphys.dev.sandbox.table.Column.Cell;
import io.tiphys.dev.sandbox.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The columns of the built-in kinds, as a file lists them.
final class Columns {

    private static final Pattern COLUMN =
            Pattern.compile(
                    "(?<name>[^+:/%?@=]+?)(?<wide>\\+)?(?::(?<type>\\w+))?(?:"
                            + " (?<how>[%?@=]?)(?<what>(?<==)\\w+|/[^ ]*)(?: (?<otherwise>.+))?)?");
    private static final List<Column> OTHERS = List.of(Column.NAME, Column.CREATED);
    private static final Map<String, List<Column>> BY_SHELF = read();

    private Columns() {}

    static List<Column> on(String shelf) {
        return BY_SHELF.getOrDefault(shelf, OTHERS);
    }

    private static Map<String, List<Column>> read() {
        try (var file = Columns.class.getResourceAsStream("/dev/sandbox-columns.yaml")) {
            if (file == null) {
                throw new IllegalStateException("The build lacks the sandbox's columns");
            }
            var columns = new HashMap<String, List<Column>>();
            for (var shelf : Json.foreignObject(file.readAllBytes(), true).properties()) {
                columns.put(
                        shelf.getKey(),
                        Json.texts(shelf.getValue()).stream().map(Columns::column).toList());
            }
            return columns;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Column column(String text) {
        if (text.equals("Name")) {
            return Column.NAME;
        }
        if (text.equals("Age")) {
            return Column.AGE;
        }
        var column = COLUMN.matcher(text);
        if (!column.matches() || column.group("what") == null) {
            throw new IllegalStateException("no column: " + text);
        }
        var type = column.group("type");
        var otherwise = column.group("otherwise");
        return new Column(
                column.group("name"),
                type == null ? "string" : type,
                "",
                column.group("wide") == null ? 0 : 1,
                cell(
                        column.group("how"),
                        column.group("what"),
                        otherwise == null ? "" : otherwise));
    }

    private static Cell cell(String how, String what, String otherwise) {
        return switch (how) {
            case "%" -> (object, _) -> IntNode.valueOf(object.at(what).asInt());
            case "?" -> (object, _) -> BooleanNode.valueOf(object.at(what).asBoolean());
            case "@" -> (object, now) -> age(object.at(what), now, otherwise);
            case "=" -> Cells.named(what);
            default -> (object, _) -> TextNode.valueOf(object.at(what).asText(otherwise));
        };
    }

    private static JsonNode age(JsonNode time, Instant now, String otherwise) {
        return TextNode.valueOf(time.isTextual() ? Ages.since(time.asText(), now) : otherwise);
    }
}
