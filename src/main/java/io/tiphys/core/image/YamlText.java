package io.tiphys.core.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Reads the documents of a file as nodes that know where they stand in the text.
final class YamlText {

    private static final int LONGEST = 16 * 1024 * 1024;

    /// Composing recurses, so deeper text could exhaust the stack.
    private static final int DEEPEST = 200;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setCodePointLimit(LONGEST)
                    .setAllowNonScalarKeys(true)
                    // An alias is the anchor's node itself, so many cost nothing.
                    .setMaxAliasesForCollections(Integer.MAX_VALUE)
                    .build();

    private YamlText() {}

    static List<Node> parse(String text) {
        try {
            var reader = new StreamReader(SETTINGS, text);
            var composer =
                    new Composer(SETTINGS, new ShallowParser(new ParserImpl(SETTINGS, reader)));
            var documents = new ArrayList<Node>();
            while (composer.hasNext()) {
                documents.add(composer.next());
            }
            return documents;
        } catch (MarkedYamlEngineException broken) {
            throw unreadable(
                    line(broken.getProblemMark().or(broken::getContextMark)),
                    broken.getProblem() + context(broken));
        } catch (ReaderException broken) {
            var before = text.codePoints().limit(broken.getPosition());
            throw unreadable(
                    (int) before.filter(c -> c == '\n').count() + 1,
                    "character U+%04X is not allowed".formatted(broken.getCodePoint()));
        } catch (YamlEngineException broken) {
            throw new UnreadableManifestException(
                    "The file is not readable as YAML: " + broken.getMessage());
        }
    }

    private static UnreadableManifestException unreadable(int line, String problem) {
        return new UnreadableManifestException(
                "The file is not readable as YAML, line %d: %s".formatted(line, problem));
    }

    /// What began earlier and does not end as it should.
    private static String context(MarkedYamlEngineException broken) {
        return broken.getContextMark().isEmpty()
                ? ""
                : " (%s from line %d)"
                        .formatted(broken.getContext(), line(broken.getContextMark()));
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }

    /// Passes events on as long as they are not nested too deeply.
    private static final class ShallowParser implements Parser {

        private final Parser parser;
        private int depth;
        private long tags;

        ShallowParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public Event next() {
            var event = parser.next();
            switch (event) {
                case ScalarEvent scalar -> count(scalar.getTag(), scalar);
                case CollectionStartEvent start -> {
                    count(start.getTag(), start);
                    depth++;
                    if (depth > DEEPEST) {
                        throw unreadable(
                                line(start.getStartMark()),
                                "more than " + DEEPEST + " levels of nesting");
                    }
                }
                case CollectionEndEvent _ -> depth--;
                default -> {}
            }
            return event;
        }

        /// What a file declares once to begin many tags with may be as long as the file.
        private void count(Optional<String> tag, Event event) {
            tags += tag.map(String::length).orElse(0);
            if (tags > LONGEST) {
                throw unreadable(line(event.getStartMark()), "its tags are too long together");
            }
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }
    }
}
