package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place in a tree (RFC 6901), such as `/metadata/annotations/example.org~1note`.
///
/// @param steps unescaped
public record JsonPointer(List<String> steps) {

    /// Deeper than any object, so that none has to be walked without end.
    private static final int DEEPEST = 64;

    /// @return empty if it is none, or names the whole tree
    public static Optional<JsonPointer> read(String text) {
        if (!text.startsWith("/") || text.length() == 1) {
            return Optional.empty();
        }
        var steps = List.of(text.substring(1).split("/", -1));
        return steps.size() > DEEPEST
                ? Optional.empty()
                : Optional.of(new JsonPointer(steps.stream().map(JsonPointer::plain).toList()));
    }

    private static String plain(String step) {
        return step.replace("~1", "/").replace("~0", "~");
    }

    /// A copy of the tree without what stands there; the tree itself if nothing does.
    public Map<String, Object> removedFrom(Map<String, Object> tree) {
        return Json.object(removed(tree, 0));
    }

    private @Nullable Object removed(@Nullable Object node, int depth) {
        var step = steps.get(depth);
        boolean last = depth == steps.size() - 1;
        if (node instanceof Map<?, ?> && Json.object(node).containsKey(step)) {
            var copy = new LinkedHashMap<String, @Nullable Object>(Json.object(node));
            if (last) {
                copy.remove(step);
            } else {
                copy.put(step, removed(copy.get(step), depth + 1));
            }
            return copy;
        }
        if (node instanceof List<?> list && step.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(step);
            if (index < list.size()) {
                var copy = new ArrayList<@Nullable Object>(list);
                if (last) {
                    copy.remove(index);
                } else {
                    copy.set(index, removed(copy.get(index), depth + 1));
                }
                return copy;
            }
        }
        return node;
    }
}
