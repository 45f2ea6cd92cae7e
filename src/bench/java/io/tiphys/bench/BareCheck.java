package io.tiphys.bench;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// What it takes at least to know that edits of YAML files change what was meant and nothing else:
/// each is read before and after, and one is held against the other.
final class BareCheck {

    private static final LoadSettings SETTINGS = LoadSettings.builder().build();

    private BareCheck() {}

    /// @param texts as they are after the edits; before, they take the same
    /// @return the milliseconds that it took
    static double millis(Collection<String> texts) {
        long began = System.nanoTime();
        for (var text : texts) {
            if (!same(nodes(text), nodes(text))) {
                throw new IllegalStateException("A text differs from itself: " + text);
            }
        }
        return (System.nanoTime() - began) / 1e6;
    }

    private static List<Node> nodes(String text) {
        return List.of(new Compose(SETTINGS).composeString(text).orElseThrow());
    }

    private static boolean same(List<? extends Node> before, List<? extends Node> after) {
        return before.size() == after.size()
                && IntStream.range(0, before.size())
                        .allMatch(it -> same(before.get(it), after.get(it)));
    }

    private static boolean same(Node before, Node after) {
        return switch (before) {
            case ScalarNode one ->
                    after instanceof ScalarNode other && one.getValue().equals(other.getValue());
            case SequenceNode one ->
                    after instanceof SequenceNode other && same(one.getValue(), other.getValue());
            case MappingNode one ->
                    after instanceof MappingNode other && same(parts(one), parts(other));
            default -> false;
        };
    }

    private static List<Node> parts(MappingNode mapping) {
        return mapping.getValue().stream()
                .flatMap(it -> List.of(it.getKeyNode(), it.getValueNode()).stream())
                .toList();
    }
}
