package io.tiphys.core.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Holds an edited file against the original: the intended scalars must have their new values, all
/// else must be equal, down to the style of quotes.
final class SameExcept {

    private final Map<ScalarNode, String> intended;

    /// Aliases share nodes: each pair is compared once, which also ends circles.
    /// A node equals only itself.
    private final Map<Node, Node> compared = new HashMap<>();

    SameExcept(Map<ScalarNode, String> intended) {
        this.intended = intended;
    }

    boolean compare(List<Node> before, List<Node> after) {
        return pairwise(before, after, this::same);
    }

    private boolean same(Node before, Node after) {
        var counterpart = compared.putIfAbsent(before, after);
        if (counterpart != null) {
            return counterpart.equals(after);
        }
        if (!before.getTag().equals(after.getTag())
                || !before.getAnchor().equals(after.getAnchor())) {
            return false;
        }
        if (before instanceof ScalarNode left && after instanceof ScalarNode right) {
            return left.getScalarStyle() == right.getScalarStyle()
                    && intended.getOrDefault(left, left.getValue()).equals(right.getValue());
        }
        if (before instanceof SequenceNode left && after instanceof SequenceNode right) {
            return pairwise(left.getValue(), right.getValue(), this::same);
        }
        return before instanceof MappingNode left
                && after instanceof MappingNode right
                && pairwise(
                        left.getValue(),
                        right.getValue(),
                        (one, other) ->
                                same(one.getKeyNode(), other.getKeyNode())
                                        && same(one.getValueNode(), other.getValueNode()));
    }

    private static <T> boolean pairwise(List<T> before, List<T> after, BiPredicate<T, T> same) {
        if (before.size() != after.size()) {
            return false;
        }
        for (var i = 0; i < before.size(); i++) {
            if (!same.test(before.get(i), after.get(i))) {
                return false;
            }
        }
        return true;
    }
}
