package io.tiphys.dev.sandbox.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The part of JSONPath that printer columns use: fields, indexes, `[*]` and one comparison with a
/// text, as in `.status.conditions[?(@.type=="Ready")].status`.
final class FieldPath {

    private static final Pattern STEP =
            Pattern.compile(
                    "\\.(?<field>(?:\\\\.|[^.\\[\\\\])+)|\\['(?<quoted>[^']+)'\\]"
                        + "|\\[(?<index>\\d+)\\]|(?<all>\\[\\*\\])"
                        + "|\\[\\?\\(@(?<where>[^=!<>]+?)\\s*==\\s*[\"'](?<value>[^\"']*)[\"']\\)\\]");

    private interface Step {
        List<JsonNode> from(JsonNode node);
    }

    private final List<Step> steps = new ArrayList<>();

    FieldPath(String path) {
        var step = STEP.matcher(path);
        int at = 0;
        while (at < path.length() && step.region(at, path.length()).lookingAt()) {
            var field = step.group("field");
            var quoted = step.group("quoted");
            var index = step.group("index");
            var where = step.group("where");
            if (field != null) {
                var name = field.replace("\\", "");
                steps.add(node -> List.of(node.path(name)));
            } else if (quoted != null) {
                steps.add(node -> List.of(node.path(quoted)));
            } else if (index != null) {
                var number = Integer.parseInt(index);
                steps.add(node -> List.of(node.path(number)));
            } else if (where != null) {
                var condition = new FieldPath(where);
                var value = step.group("value");
                steps.add(
                        node ->
                                children(node).stream()
                                        .filter(it -> condition.first(it).asText().equals(value))
                                        .toList());
            } else {
                steps.add(FieldPath::children);
            }
            at = step.end();
        }
    }

    private static List<JsonNode> children(JsonNode node) {
        var children = new ArrayList<JsonNode>();
        node.forEach(children::add);
        return children;
    }

    /// The first that the path leads to, or a missing node.
    JsonNode first(JsonNode object) {
        var found = List.of(object);
        for (var step : steps) {
            found =
                    found.stream()
                            .flatMap(node -> step.from(node).stream())
                            .filter(node -> !node.isMissingNode())
                            .toList();
        }
        return found.isEmpty() ? MissingNode.getInstance() : found.getFirst();
    }
}
