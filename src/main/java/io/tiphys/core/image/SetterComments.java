package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.image.FileEdit.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A new tag for the values that a comment in their line marks, as Flux has it:
/// `# {"$imagepolicy": "namespace:policy"}`, with `:tag`, `:name` or `:digest` behind it for a part
/// of the image. The policy's name is the image's alias here; the namespace does not matter.
public final class SetterComments {

    private static final String SIGN = "\"$imagepolicy\"";

    private static final Pattern MARK =
            Pattern.compile(
                    "\\s*#\\s*\\{\\s*\"\\$imagepolicy\"\\s*:\\s*\"[^\":]*:([^\":]+)(?::(name|tag|digest))?\"\\s*\\}");

    private SetterComments() {}

    private record Marked(ScalarNode node, String part) {

        boolean hasTag() {
            return part.isEmpty() || part.equals("tag");
        }

        NamedTag current() {
            return part.isEmpty()
                    ? ImageParameters.tag(node.getValue())
                    : NamedTag.parse(node.getValue());
        }

        String value(TrackedImage image, Retag retag) {
            boolean pinned = node.getValue().contains("@");
            return switch (part) {
                case "name" -> image.spelled();
                case "tag" -> retag.suffix(pinned);
                case "digest" ->
                        retag.digest()
                                .orElseThrow(
                                        () ->
                                                new RefusedEditException(
                                                        "a digest is marked, and that of the new"
                                                                + " tag is not known"));
                default ->
                        HelmValues.names(node.getValue(), image)
                                ? retag.applyTo(node.getValue())
                                : image.spelled() + ":" + retag.suffix(pinned);
            };
        }
    }

    /// @throws UnreadableManifestException if the file is no YAML
    /// @throws RefusedEditException if a value cannot be set without changing more
    public static FileEdit of(
            String text, String policy, TrackedImage image, FileEdit.Choice choice) {
        if (!text.contains(SIGN)) {
            return FileEdit.none(text);
        }
        var file = YamlFile.parse(text);
        var before = marked(file, policy).stream().filter(Marked::hasTag).findFirst();
        var retag = before.flatMap(it -> choice.apply(it.current()));
        if (retag.isEmpty()) {
            return FileEdit.none(text);
        }
        int count = marked(file, policy).size();
        for (int i = 0; i < count; i++) {
            var one = marked(file, policy).get(i);
            var value = one.value(image, retag.get());
            if (!value.equals(one.node().getValue())) {
                file = file.set(one.node(), value);
            }
        }
        if (file.text().equals(text)) {
            return FileEdit.none(text);
        }
        var from = before.get().current();
        return new FileEdit(
                file.text(),
                List.of(
                        new Change(
                                from.toString(), retag.get().suffix(from.digest().isPresent()))));
    }

    /// In the order of the file.
    private static List<Marked> marked(YamlFile file, String policy) {
        // Marks do not count a byte order mark.
        var lines = file.text().replaceFirst("^\uFEFF", "").split("\n", -1);
        var marked = new ArrayList<Marked>();
        var seen = new HashSet<Node>();
        file.documents().forEach(it -> collect(it, lines, policy, seen, marked));
        return marked;
    }

    private static void collect(
            Node node, String[] lines, String policy, Set<Node> seen, List<Marked> marked) {
        if (!seen.add(node)) {
            return;
        }
        switch (node) {
            case MappingNode mapping ->
                    mapping.getValue()
                            .forEach(it -> collect(it.getValueNode(), lines, policy, seen, marked));
            case SequenceNode list ->
                    list.getValue().forEach(it -> collect(it, lines, policy, seen, marked));
            case ScalarNode scalar ->
                    part(scalar, lines, policy).ifPresent(it -> marked.add(new Marked(scalar, it)));
            default -> {}
        }
    }

    /// What part of the image the comment behind a value means, if there is one.
    private static Optional<String> part(ScalarNode node, String[] lines, String policy) {
        if (node.getScalarStyle() == ScalarStyle.LITERAL
                || node.getScalarStyle() == ScalarStyle.FOLDED) {
            return Optional.empty();
        }
        int column = node.getEndMark().map(Mark::getColumn).orElse(0);
        var line = lines[node.getEndMark().map(Mark::getLine).orElse(0)];
        var mark = MARK.matcher(line.substring(line.offsetByCodePoints(0, column)));
        return mark.lookingAt() && mark.group(1).equals(policy)
                ? Optional.of(mark.group(2) == null ? "" : mark.group(2))
                : Optional.empty();
    }
}
