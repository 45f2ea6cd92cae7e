package io.tiphys.core.image;

import static io.tiphys.core.image.YamlLayout.column;
import static io.tiphys.core.image.YamlLayout.isFlow;

import java.util.List;
import java.util.Map;
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

/// A YAML file in which single values are set and added, in its text: all else stays to the byte,
/// with its comments, quotes, order and line ends. Every edit makes a new file, which is read again
/// and must differ in what was meant and in nothing else.
final class YamlFile {

    private static final Set<String> NOTHING = Set.of("~", "Null", "NULL");

    private final String text;
    private final int offset;
    private final List<Node> documents;
    private final YamlLayout layout;

    private YamlFile(String text) {
        this.text = text;
        var file = new FileText(text);
        offset = file.offset();
        documents = file.documents();
        layout = YamlLayout.of(text, documents);
    }

    /// @throws UnreadableManifestException if it is no YAML
    static YamlFile parse(String text) {
        return new YamlFile(text);
    }

    String text() {
        return text;
    }

    List<Node> documents() {
        return documents;
    }

    /// The mapping that the file is; empty if it holds nothing but comments.
    ///
    /// @throws RefusedEditException if it is something else
    Optional<MappingNode> root() {
        if (documents.size() > 1) {
            throw new RefusedEditException("the file holds several documents");
        }
        if (documents.isEmpty() || isNothing(documents.getFirst())) {
            return Optional.empty();
        }
        if (documents.getFirst() instanceof MappingNode root) {
            return Optional.of(root);
        }
        throw new RefusedEditException("the file is not a mapping of keys to values");
    }

    /// A field of a mapping's own; not of what is merged into it.
    static Optional<Node> field(MappingNode mapping, String key) {
        return mapping.getValue().stream()
                .filter(it -> isKey(it, key))
                .map(NodeTuple::getValueNode)
                .reduce((_, last) -> last);
    }

    static boolean isKey(NodeTuple entry, String key) {
        return entry.getKeyNode() instanceof ScalarNode scalar && scalar.getValue().equals(key);
    }

    /// Whether it is null, as a key without a value is, to readers of YAML 1.1 as well.
    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.NULL)
                        || (scalar.isPlain() && NOTHING.contains(scalar.getValue())));
    }

    /// @return the line, counted from one, for messages
    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    /// Sets a value that is there. It keeps its quotes, and gets some where it would not be taken
    /// for a text without.
    YamlFile set(ScalarNode node, String value) {
        if (node.getScalarStyle() == ScalarStyle.LITERAL
                || node.getScalarStyle() == ScalarStyle.FOLDED) {
            throw refused(node, "the value is written as a block of text");
        }
        boolean quoted =
                node.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
                        || node.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED;
        int end = end(node) - (quoted ? 1 : 0);
        int start = end - node.getValue().length();
        if (start < 0 || !text.startsWith(node.getValue(), start)) {
            throw refused(node, "the value is written with escapes or line breaks");
        }
        if (!quoted && node.getValue().isEmpty()) {
            return replaced(start, end, " " + YamlScalar.plain(value), node, value);
        }
        var written =
                quoted
                        ? YamlScalar.quoted(value)
                                .substring(1, YamlScalar.quoted(value).length() - 1)
                        : YamlScalar.plain(value);
        return replaced(start, end, written, node, value);
    }

    /// Adds a field at the end of a mapping.
    ///
    /// @param content a text, a truth, or maps and lists of them
    YamlFile add(MappingNode mapping, String key, Object content) {
        var expected = Map.of(key, content);
        if (isFlow(mapping)) {
            var flow = YamlLayout.flow(expected, isQuoted(mapping));
            return insertIntoFlow(mapping, flow.substring(1, flow.length() - 1), expected);
        }
        int column = column(mapping.getValue().getFirst().getKeyNode());
        return insertLines(mapping, layout.field(column, key, content), expected);
    }

    /// Gives a field content that has nothing yet.
    ///
    /// @param content a map or a list
    YamlFile addBelow(MappingNode parent, String key, Object content) {
        var entry =
                parent.getValue().stream()
                        .filter(it -> isKey(it, key))
                        .reduce((_, last) -> last)
                        .orElseThrow();
        if (isFlow(parent)
                || !(entry.getValueNode() instanceof ScalarNode nothing)
                || !nothing.getValue().isEmpty()) {
            throw refused(entry.getKeyNode(), "the value is written out as nothing");
        }
        return insertAt(
                lineEnd(end(entry.getKeyNode())),
                layout.below(column(entry.getKeyNode()), content),
                content,
                nothing);
    }

    /// Adds an item at the end of a list.
    YamlFile append(SequenceNode list, Object content) {
        if (isFlow(list)) {
            boolean json = list.getValue().stream().anyMatch(YamlFile::isQuoted);
            return insertIntoFlow(list, YamlLayout.flow(content, json), List.of(content));
        }
        int start = start(list.getValue().getFirst());
        int dash = text.lastIndexOf('-', start - 1);
        if (dash < 0 || !text.substring(dash + 1, start).isBlank()) {
            throw refused(list, "the list is written in an unusual way");
        }
        int gap = text.substring(dash, start).contains("\n") ? YamlLayout.USUAL_STEP : start - dash;
        return insertLines(
                list, layout.item(dash - lineStart(dash), gap, content), List.of(content));
    }

    /// The first content of a file that has none but comments.
    YamlFile begin(Map<String, Object> content) {
        var before = text.isEmpty() || text.endsWith("\n") ? text : text + layout.lineBreak();
        var lines = new StringBuilder();
        content.forEach((key, value) -> lines.append(layout.field(0, key, value)));
        var file = new YamlFile(before + lines);
        if (documents.isEmpty()) {
            check(file.documents.size() == 1 && SameExcept.is(file.documents.getFirst(), content));
        } else {
            verify(new SameExcept(Map.of(), Map.of(documents.getFirst(), content)), file);
        }
        return file;
    }

    // Places

    private YamlFile insertIntoFlow(Node collection, String content, Object expected) {
        boolean empty =
                collection instanceof MappingNode mapping
                        ? mapping.getValue().isEmpty()
                        : ((SequenceNode) collection).getValue().isEmpty();
        int at = empty ? end(collection) - 1 : lastOf(collection);
        return insertAt(at, (empty ? "" : ", ") + content, expected, collection);
    }

    private YamlFile insertLines(Node collection, String lines, Object expected) {
        return insertAt(lineEnd(lastOf(collection)), lines, expected, collection);
    }

    private YamlFile insertAt(int at, String content, Object expected, Node into) {
        boolean lines = content.endsWith("\n");
        var added =
                lines && at > 0 && at == text.length() && text.charAt(at - 1) != '\n'
                        // The file goes on to end without a line break.
                        ? layout.lineBreak()
                                + content.substring(
                                        0, content.length() - layout.lineBreak().length())
                        : content;
        var file = new YamlFile(text.substring(0, at) + added + text.substring(at));
        verify(new SameExcept(Map.of(), Map.of(into, expected)), file);
        return file;
    }

    private YamlFile replaced(int start, int end, String content, ScalarNode node, String value) {
        var file = new YamlFile(text.substring(0, start) + content + text.substring(end));
        verify(new SameExcept(Map.of(node, value), Map.of()), file);
        return file;
    }

    private void verify(SameExcept expected, YamlFile file) {
        check(expected.compare(documents, file.documents));
    }

    private static void check(boolean asMeant) {
        if (!asMeant) {
            throw new RefusedEditException(
                    "the file is written in a way in which the edit would change more than was"
                            + " meant");
        }
    }

    /// Behind the last value of a collection that has one.
    private int lastOf(Node collection) {
        if (collection instanceof MappingNode mapping) {
            var last = mapping.getValue().getLast();
            return last(last.getValueNode(), end(last.getKeyNode()));
        }
        return last(((SequenceNode) collection).getValue().getLast(), start(collection));
    }

    /// Behind a value.
    ///
    /// @param after where it can begin at the soonest; one that begins before is an alias
    private int last(Node node, int after) {
        if (start(node) < after) {
            return after;
        }
        return node instanceof ScalarNode || isFlow(node) ? end(node) : lastOf(node);
    }

    /// Behind the line break after a place; the file's end if there is none.
    private int lineEnd(int at) {
        // A block of text ends where the next line begins.
        if (at > 0 && at <= text.length() && text.substring(lineStart(at), at).isBlank()) {
            return lineStart(at);
        }
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end + 1;
    }

    private int lineStart(int at) {
        return Math.max(text.lastIndexOf('\n', at - 1) + 1, at >= offset ? offset : 0);
    }

    /// Whether keys are quoted, as in JSON.
    private static boolean isQuoted(Node node) {
        return node instanceof MappingNode mapping
                && mapping.getValue().stream()
                        .map(NodeTuple::getKeyNode)
                        .anyMatch(
                                it ->
                                        it instanceof ScalarNode key
                                                && key.getScalarStyle()
                                                        == ScalarStyle.DOUBLE_QUOTED);
    }

    private static RefusedEditException refused(Node node, String reason) {
        return new RefusedEditException("line %d: %s".formatted(line(node), reason));
    }

    private int start(Node node) {
        return at(node.getStartMark());
    }

    private int end(Node node) {
        return at(node.getEndMark());
    }

    /// Marks count code points.
    private int at(Optional<Mark> mark) {
        return text.offsetByCodePoints(offset, mark(mark).getIndex());
    }

    private static Mark mark(Optional<Mark> mark) {
        return mark.orElseThrow(() -> new IllegalStateException("Parsed nodes have marks"));
    }
}
