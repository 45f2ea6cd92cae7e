package io.tiphys.core.image;

import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Where a value stands in the values of a chart: keys between dots, items of lists as `[0]`.
///
/// A key may have dots of its own. Written `\\.` they are; else the longest run of the path that is
/// a key counts, and what is not there yet is made of one key for each part.
record ValuePath(String text, List<Step> steps) {

    private static final int MOST = 100;

    /// One step down.
    sealed interface Step {

        record Key(String name) implements Step {}

        record Item(int index) implements Step {}
    }

    /// @throws RefusedEditException if it is none
    static ValuePath parse(String text) {
        var steps = new ArrayList<Step>();
        var key = new StringBuilder();
        boolean open = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                key.append(text.charAt(i));
            } else if (c == '.') {
                if (open) {
                    steps.add(key(key, text));
                }
                open = true;
            } else if (c == '[') {
                if (open && !(key.isEmpty() && steps.isEmpty())) {
                    steps.add(key(key, text));
                }
                open = false;
                int end = text.indexOf(']', i);
                steps.add(item(text, i + 1, end));
                i = end;
            } else if (open) {
                key.append(c);
            } else {
                throw none(text);
            }
        }
        if (open) {
            steps.add(key(key, text));
        }
        if (steps.size() > MOST) {
            throw none(text);
        }
        return new ValuePath(text, List.copyOf(steps));
    }

    private static Step key(StringBuilder key, String text) {
        if (key.isEmpty()) {
            throw none(text);
        }
        var step = new Step.Key(key.toString());
        key.setLength(0);
        return step;
    }

    private static Step item(String text, int start, int end) {
        try {
            return new Step.Item(Integer.parseUnsignedInt(text.substring(start, end)));
        } catch (IndexOutOfBoundsException | NumberFormatException noNumber) {
            throw none(text);
        }
    }

    private static RefusedEditException none(String text) {
        return new RefusedEditException("'%s' is not the path of a value".formatted(text));
    }

    /// What the file has there, also by what is merged into a mapping.
    Optional<Node> read(YamlFile file) {
        return file.root().flatMap(it -> find(it, true));
    }

    /// The file with a value there.
    ///
    /// @throws RefusedEditException if it cannot be there, or the file cannot be edited
    YamlFile write(YamlFile file, String value) {
        var root = file.root();
        if (root.isEmpty()) {
            return file.begin(Json.object(content(0, value)));
        }
        var there = find(root.get(), false);
        if (there.isPresent()) {
            if (there.get() instanceof ScalarNode scalar) {
                return file.set(scalar, value);
            }
            throw new RefusedEditException("'%s' is not a single value".formatted(text));
        }
        return add(file, root.get(), value);
    }

    private Optional<Node> find(MappingNode root, boolean merged) {
        var whole = YamlFile.field(root, text);
        return whole.isPresent() ? whole : find(root, 0, merged);
    }

    private Optional<Node> find(Node node, int from, boolean merged) {
        if (from == steps.size()) {
            return Optional.of(node);
        }
        return switch (steps.get(from)) {
            case Step.Item(var index) ->
                    node instanceof SequenceNode list && index < list.getValue().size()
                            ? find(list.getValue().get(index), from + 1, merged)
                            : Optional.empty();
            case Step.Key _ ->
                    node instanceof MappingNode mapping
                            ? findField(mapping, from, merged)
                            : Optional.empty();
        };
    }

    private Optional<Node> findField(MappingNode mapping, int from, boolean merged) {
        for (int to = endOfKeys(from); to > from; to--) {
            var key = key(from, to);
            var field =
                    merged ? merged(mapping, key, new HashSet<>()) : YamlFile.field(mapping, key);
            int next = to;
            var found = field.flatMap(it -> find(it, next, merged));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private int endOfKeys(int from) {
        int to = from;
        while (to < steps.size() && steps.get(to) instanceof Step.Key) {
            to++;
        }
        return to;
    }

    private String key(int from, int to) {
        var names = new ArrayList<String>();
        for (var step : steps.subList(from, to)) {
            if (step instanceof Step.Key(var name)) {
                names.add(name);
            }
        }
        return String.join(".", names);
    }

    private static Optional<Node> merged(MappingNode mapping, String key, Set<Node> seen) {
        var own = YamlFile.field(mapping, key);
        if (own.isPresent() || !seen.add(mapping)) {
            return own;
        }
        return YamlFile.field(mapping, "<<").stream()
                .flatMap(
                        it ->
                                it instanceof SequenceNode list
                                        ? list.getValue().stream()
                                        : Stream.of(it))
                .filter(MappingNode.class::isInstance)
                .flatMap(it -> merged((MappingNode) it, key, seen).stream())
                .findFirst();
    }

    /// Goes down as far as the file goes, one key for each step, and adds the rest.
    private YamlFile add(YamlFile file, MappingNode root, String value) {
        Node node = root;
        for (int i = 0; i < steps.size(); i++) {
            switch (steps.get(i)) {
                case Step.Item(var index) -> {
                    if (!(node instanceof SequenceNode list) || index >= list.getValue().size()) {
                        throw new RefusedEditException(
                                "'%s' names an item of a list that is not there".formatted(text));
                    }
                    node = list.getValue().get(index);
                }
                case Step.Key(var name) -> {
                    if (!(node instanceof MappingNode mapping)) {
                        throw new RefusedEditException(
                                "'%s' leads into something that has no keys".formatted(text));
                    }
                    var field = YamlFile.field(mapping, name);
                    if (field.isEmpty()) {
                        return file.add(mapping, name, content(i + 1, value));
                    }
                    if (YamlFile.isNothing(field.get()) && i + 1 < steps.size()) {
                        return file.addBelow(mapping, name, content(i + 1, value));
                    }
                    node = field.get();
                }
            }
        }
        throw new IllegalStateException("What is there is found, and set");
    }

    /// The value in a mapping for each step.
    private Object content(int from, String value) {
        Object content = value;
        for (int i = steps.size() - 1; i >= from; i--) {
            if (!(steps.get(i) instanceof Step.Key(var name))) {
                throw new RefusedEditException(
                        "'%s' names an item of a list that is not there".formatted(text));
            }
            content = Map.of(name, content);
        }
        return content;
    }
}
