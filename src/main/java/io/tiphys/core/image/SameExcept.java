package io.tiphys.core.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Holds an edited file against the original: the intended scalars must have their new values and
/// be texts, the intended collections what was added at their ends, all else must be equal, down to
/// the style of quotes.
final class SameExcept {

    private final Map<ScalarNode, String> intended;

    /// What stands behind all that a collection had, or in place of a null: a map, a list or a
    /// text.
    private final Map<Node, Object> added;

    /// Aliases share nodes: each pair is compared once, which also ends circles.
    /// A node equals only itself.
    private final Map<Node, Node> compared = new HashMap<>();

    SameExcept(Map<ScalarNode, String> intended) {
        this(intended, Map.of());
    }

    SameExcept(Map<ScalarNode, String> intended, Map<Node, Object> added) {
        this.intended = intended;
        this.added = added;
    }

    boolean compare(List<Node> before, List<Node> after) {
        return pairwise(before, after, this::same);
    }

    private boolean same(Node before, Node after) {
        var counterpart = compared.putIfAbsent(before, after);
        if (counterpart != null) {
            return counterpart.equals(after);
        }
        if (!before.getAnchor().equals(after.getAnchor())) {
            return false;
        }
        if (before instanceof ScalarNode set && intended.containsKey(set)) {
            var value = intended.getOrDefault(set, "");
            return is(after, value) && sameStyle(set, (ScalarNode) after, value);
        }
        if (before instanceof ScalarNode && added.containsKey(before)) {
            return is(after, added.getOrDefault(before, ""));
        }
        if (!before.getTag().equals(after.getTag())) {
            return false;
        }
        if (before instanceof ScalarNode left && after instanceof ScalarNode right) {
            return left.getScalarStyle() == right.getScalarStyle()
                    && left.getValue().equals(right.getValue());
        }
        if (before instanceof SequenceNode left && after instanceof SequenceNode right) {
            return added.getOrDefault(before, List.of()) instanceof List<?> more
                    && sameWith(left.getValue(), right.getValue(), more, this::same);
        }
        return before instanceof MappingNode left
                && after instanceof MappingNode right
                && added.getOrDefault(before, Map.of()) instanceof Map<?, ?> more
                && sameWith(
                        left.getValue(),
                        right.getValue(),
                        List.copyOf(more.entrySet()),
                        (one, other) ->
                                same(one.getKeyNode(), other.getKeyNode())
                                        && same(one.getValueNode(), other.getValueNode()));
    }

    /// Quotes come where there were none only to make a text of what would be none without.
    private static boolean sameStyle(ScalarNode before, ScalarNode after, String value) {
        return before.getScalarStyle() == after.getScalarStyle()
                || (before.isPlain()
                        && after.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED
                        && !YamlScalar.isPlain(value));
    }

    private static <T> boolean sameWith(
            List<T> before, List<T> after, List<?> more, BiPredicate<T, T> same) {
        int kept = before.size();
        return after.size() == kept + more.size()
                && pairwise(before, after.subList(0, kept), same)
                && pairwise(after.subList(kept, after.size()), more, SameExcept::isOne);
    }

    /// Whether an item of a list or an entry of a mapping is what it should be.
    private static boolean isOne(Object node, Object expected) {
        return node instanceof NodeTuple entry
                ? expected instanceof Map.Entry<?, ?> pair
                        && is(entry.getKeyNode(), pair.getKey())
                        && is(entry.getValueNode(), pair.getValue())
                : is((Node) node, expected);
    }

    /// Whether a node is a map, a list or a text.
    static boolean is(Node node, Object expected) {
        return switch (node) {
            case ScalarNode scalar ->
                    scalar.getTag().equals(expected instanceof Boolean ? Tag.BOOL : Tag.STR)
                            && expected.toString().equals(scalar.getValue());
            case SequenceNode list ->
                    expected instanceof List<?> items
                            && pairwise(list.getValue(), items, SameExcept::isOne);
            case MappingNode mapping ->
                    expected instanceof Map<?, ?> map
                            && pairwise(
                                    mapping.getValue(),
                                    List.copyOf(map.entrySet()),
                                    SameExcept::isOne);
            default -> false;
        };
    }

    private static <T, U> boolean pairwise(
            List<T> before, List<U> after, BiPredicate<? super T, ? super U> same) {
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
