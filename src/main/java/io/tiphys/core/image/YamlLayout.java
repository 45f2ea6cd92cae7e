package io.tiphys.core.image;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// How a file is written, and what is added to it in the same way: texts, truths, and maps and
/// lists of them.
///
/// @param step by how much a mapping stands to the right of the key that it belongs to
/// @param listStep the same for a list
record YamlLayout(String lineBreak, int step, int listStep) {

    static final int USUAL_STEP = 2;

    /// Learnt from the first line, and the first mapping and the first list in another mapping.
    static YamlLayout of(String text, List<Node> documents) {
        int end = text.indexOf('\n');
        var steps = new HashMap<Boolean, Integer>();
        documents.forEach(it -> collectSteps(it, 0, steps));
        return new YamlLayout(
                end > 0 && text.charAt(end - 1) == '\r' ? "\r\n" : "\n",
                steps.getOrDefault(true, USUAL_STEP),
                steps.getOrDefault(false, 0));
    }

    private static void collectSteps(Node node, int depth, Map<Boolean, Integer> steps) {
        if (!(node instanceof MappingNode mapping) || isFlow(mapping) || steps.size() > 1) {
            return;
        }
        for (var entry : mapping.getValue()) {
            var value = entry.getValueNode();
            boolean isMapping = value instanceof MappingNode;
            boolean block = isMapping || value instanceof SequenceNode;
            int step = block ? column(value) - column(entry.getKeyNode()) : -1;
            // An alias begins where its anchor does.
            if (block
                    && !isFlow(value)
                    && value.getAnchor().isEmpty()
                    && (isMapping ? step > 0 : step >= 0)) {
                steps.putIfAbsent(isMapping, step);
            }
            // Deep enough to learn, and aliases cannot lead round in circles.
            if (depth < 8) {
                collectSteps(value, depth + 1, steps);
            }
        }
    }

    /// The lines of a field.
    String field(int column, String key, Object content) {
        return " ".repeat(column) + YamlScalar.plain(key) + ":" + value(column, content);
    }

    private String value(int column, Object content) {
        return content instanceof Map<?, ?> || content instanceof List<?>
                ? lineBreak + below(column, content)
                : " " + flow(content, false) + lineBreak;
    }

    /// The lines of a map or a list that belongs to a key.
    String below(int column, Object content) {
        var lines = new StringBuilder();
        if (content instanceof Map<?, ?> map) {
            map.forEach(
                    (key, value) -> lines.append(field(column + step, String.valueOf(key), value)));
        } else if (content instanceof List<?> list) {
            list.forEach(it -> lines.append(item(column + listStep, USUAL_STEP, it)));
        }
        return lines.toString();
    }

    /// The lines of an item of a list.
    ///
    /// @param gap from the dash to what follows it
    String item(int column, int gap, Object content) {
        if (!(content instanceof Map<?, ?> map)) {
            return " ".repeat(column)
                    + "-"
                    + " ".repeat(gap - 1)
                    + flow(content, false)
                    + lineBreak;
        }
        var lines = new StringBuilder();
        map.forEach((key, value) -> lines.append(field(column + gap, String.valueOf(key), value)));
        lines.setCharAt(column, '-');
        return lines.toString();
    }

    /// In one line.
    ///
    /// @param json whether all is quoted
    static String flow(Object content, boolean json) {
        return switch (content) {
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(it -> flow(it.getKey(), json) + ": " + flow(it.getValue(), json))
                            .collect(joining(", ", "{", "}"));
            case List<?> list ->
                    list.stream().map(it -> flow(it, json)).collect(joining(", ", "[", "]"));
            case Boolean truth -> truth.toString();
            default ->
                    json
                            ? YamlScalar.quoted(content.toString())
                            : YamlScalar.plain(content.toString());
        };
    }

    /// Whether it is written between braces or brackets.
    static boolean isFlow(Node node) {
        return switch (node) {
            case MappingNode mapping -> mapping.getFlowStyle() == FlowStyle.FLOW;
            case SequenceNode list -> list.getFlowStyle() == FlowStyle.FLOW;
            default -> false;
        };
    }

    static int column(Node node) {
        return node.getStartMark()
                .map(Mark::getColumn)
                .orElseThrow(() -> new IllegalStateException("Parsed nodes have marks"));
    }
}
