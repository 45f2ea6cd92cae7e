package io.tiphys.core.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// What a file's containers name, and all else that it says: enough to hold an edited text against
/// it, at a small part of what its nodes would take.
///
/// @param all in the order of the text
/// @param rest the same for two files only if they differ in nothing but their images' values,
///     layout and comments
record ContainerImages(List<ContainerImage> all, String rest) {

    private static final Set<String> CONTAINERS =
            Set.of("containers", "initContainers", "ephemeralContainers");
    private static final String MERGE = "<<";

    private record Candidate(String path, ScalarNode node, ImageName image, boolean repeated) {}

    /// @throws UnreadableManifestException if it is no YAML
    static ContainerImages in(FileText file) {
        var documents = file.documents();
        var search = new Search();
        documents.forEach(it -> search.walk(it, ""));
        return new ContainerImages(
                located(search.candidates, file), Outline.of(documents, search.found));
    }

    /// Where a repository is named.
    List<ContainerImage> of(String repository) {
        return all.stream()
                .filter(it -> it.occurrence().image().canonicalRepository().equals(repository))
                .toList();
    }

    private static List<ContainerImage> located(List<Candidate> candidates, FileText file) {
        var text = file.text();
        var images = new ArrayList<ContainerImage>();
        var codePoints = 0;
        var chars = file.offset();
        candidates.sort(Comparator.comparingInt(it -> start(it.node())));
        for (var candidate : candidates) {
            var end = end(candidate.node());
            chars = text.offsetByCodePoints(chars, end - codePoints);
            codePoints = end;
            images.add(locate(candidate, text, chars));
        }
        return List.copyOf(images);
    }

    /// The container's own image or, without one, that of the mappings merged into it.
    private static List<Node> imageValues(Node container, Set<Node> seen) {
        if (!(container instanceof MappingNode mapping) || !seen.add(container)) {
            return List.of();
        }
        var own = values(mapping, "image");
        if (!own.isEmpty()) {
            return own;
        }
        for (var merged : values(mapping, MERGE)) {
            var sources =
                    merged instanceof SequenceNode several ? several.getValue() : List.of(merged);
            for (var source : sources) {
                var inherited = imageValues(source, seen);
                if (!inherited.isEmpty()) {
                    return inherited;
                }
            }
        }
        return List.of();
    }

    private static List<Node> values(MappingNode mapping, String key) {
        return mapping.getValue().stream()
                .filter(
                        entry ->
                                entry.getKeyNode() instanceof ScalarNode scalar
                                        && scalar.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .toList();
    }

    /// Much that stands in an image value is none, such as a placeholder of Helm.
    private static Optional<ImageName> imageName(String value) {
        try {
            return Optional.of(ImageName.parse(value));
        } catch (InvalidImageNameException none) {
            return Optional.empty();
        }
    }

    /// The value is looked for backwards from the end, because a node starts at its anchor or tag.
    private static ContainerImage locate(Candidate candidate, String text, int nodeEnd) {
        var node = candidate.node();
        var value = node.getValue();
        var quotes =
                node.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
                                || node.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED
                        ? 1
                        : 0;
        var end = nodeEnd - quotes;
        var start = end - value.length();
        var obstacle = obstacle(candidate, start >= 0 && text.startsWith(value, start));
        var line = node.getStartMark().map(Mark::getLine).orElse(0) + 1;
        return new ContainerImage(
                new ImageOccurrence(candidate.path(), line, candidate.image(), obstacle),
                value,
                start,
                end);
    }

    private static Optional<String> obstacle(Candidate candidate, boolean verbatim) {
        if (candidate.repeated()) {
            return Optional.of("the container names its image more than once");
        }
        return switch (candidate.node().getScalarStyle()) {
            case LITERAL, FOLDED -> Optional.of("the image is written as a block of text");
            case PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, JSON_SCALAR_STYLE ->
                    verbatim
                            ? Optional.empty()
                            : Optional.of("the image is written with escapes or line breaks");
        };
    }

    private static boolean isBlock(ScalarNode node) {
        return node.getScalarStyle() == ScalarStyle.LITERAL
                || node.getScalarStyle() == ScalarStyle.FOLDED;
    }

    private static int start(Node node) {
        return index(node.getStartMark());
    }

    private static int end(Node node) {
        return index(node.getEndMark());
    }

    private static int index(Optional<Mark> mark) {
        return mark.orElseThrow(() -> new IllegalStateException("Parsed nodes have marks"))
                .getIndex();
    }

    /// Goes through documents.
    private static final class Search {

        private final List<Candidate> candidates = new ArrayList<>();

        // A node equals only itself.
        private final Set<Node> walked = new HashSet<>();
        private final Set<Node> inspected = new HashSet<>();
        private final Set<ScalarNode> found = new HashSet<>();

        private void walk(Node node, String path) {
            if (!walked.add(node)) {
                return;
            }
            switch (node) {
                case MappingNode mapping ->
                        mapping.getValue().forEach(entry -> walkEntry(entry, path));
                case SequenceNode sequence -> {
                    for (var i = 0; i < sequence.getValue().size(); i++) {
                        walk(sequence.getValue().get(i), path + "[" + i + "]");
                    }
                }
                default -> {}
            }
        }

        private void walkEntry(NodeTuple entry, String path) {
            walk(entry.getKeyNode(), path);
            var key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            var child = path.isEmpty() ? key : path + "." + key;
            // Asked even of a sequence that an alias repeats here: elsewhere it held no containers.
            if (CONTAINERS.contains(key)
                    && entry.getValueNode() instanceof SequenceNode containers
                    && inspected.add(containers)) {
                for (var i = 0; i < containers.getValue().size(); i++) {
                    inspectContainer(containers.getValue().get(i), child + "[" + i + "]");
                }
            }
            walk(entry.getValueNode(), child);
        }

        private void inspectContainer(Node container, String path) {
            var values = imageValues(container, new HashSet<>());
            if (values.isEmpty()
                    || !(values.getLast() instanceof ScalarNode value)
                    || !value.getTag().equals(Tag.STR)) {
                return;
            }
            // A block ends with a line break of its own.
            imageName(isBlock(value) ? value.getValue().strip() : value.getValue())
                    .filter(_ -> found.add(value))
                    .ifPresent(
                            image ->
                                    candidates.add(
                                            new Candidate(
                                                    path + ".image",
                                                    value,
                                                    image,
                                                    values.size() > 1)));
        }
    }
}
