package io.tiphys.core.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Writes down what documents say, down to the style of quotes, but for some of their values and
/// for their layout and comments. Two are written down in the same way only if they are the same.
final class Outline {

    private final Set<? extends Node> without;
    private final StringBuilder written = new StringBuilder();

    /// Aliases share nodes: each is written once, which also ends circles. A node equals only
    /// itself.
    private final Map<Node, Integer> places = new HashMap<>();

    private Outline(Set<? extends Node> without) {
        this.without = without;
    }

    /// @param without texts of which it is written that they are there, and not what they say
    static String of(List<Node> documents, Set<ScalarNode> without) {
        var outline = new Outline(without);
        documents.forEach(outline::write);
        return outline.written.toString();
    }

    private void write(Node node) {
        var place = places.putIfAbsent(node, places.size());
        if (place != null) {
            written.append('*').append(place).append(' ');
            return;
        }
        node.getAnchor().ifPresent(it -> write('&', it.getValue()));
        switch (node) {
            case ScalarNode scalar -> {
                write(scalar.getTag(), Tag.STR);
                write(
                        style(scalar.getScalarStyle()),
                        without.contains(scalar) ? "" : scalar.getValue());
            }
            case SequenceNode list -> {
                write(list.getTag(), Tag.SEQ);
                written.append('[');
                list.getValue().forEach(this::write);
                written.append(']');
            }
            case MappingNode mapping -> {
                write(mapping.getTag(), Tag.MAP);
                written.append('{');
                for (var entry : mapping.getValue()) {
                    write(entry.getKeyNode());
                    write(entry.getValueNode());
                }
                written.append('}');
            }
            default -> throw new IllegalStateException("There is no such node: " + node);
        }
    }

    private static char style(ScalarStyle style) {
        return switch (style) {
            case PLAIN -> '-';
            case SINGLE_QUOTED -> '\'';
            case DOUBLE_QUOTED -> '"';
            case JSON_SCALAR_STYLE -> 'J';
            case LITERAL -> '|';
            case FOLDED -> '>';
        };
    }

    private void write(Tag tag, Tag usual) {
        if (!tag.equals(usual)) {
            write('!', tag.getValue());
        }
    }

    /// With its length, so that nothing in it can be taken for something else.
    private void write(char kind, String text) {
        written.append(kind).append(text.length()).append(':').append(text);
    }
}
