package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.repo.ManifestFailure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads YAML and JSON as Kubernetes' own tools do: scalars as [PlainScalar] has them, keys are
/// text, of equal keys the last one wins (also over what is merged with `<<` before it, not after),
/// tags that have no JSON form are passed over. UTF-8, or UTF-16 with a byte order mark.
///
/// What it makes of hostile text is bounded: in depth, in values, in time by the text's length.
final class ManifestYaml {

    private static final int MAX_DEPTH = 100;

    /// Of a file; its aliases repeat values (a "YAML bomb" makes billions of a few lines).
    static final int MAX_VALUES = 1_000_000;

    /// What the parser reads at once: it copies what it has not yet understood each time.
    private static final int MAX_BUFFER = 1 << 20;

    private static final String TAG = "tag:yaml.org,2002:";

    private final String name;
    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int values;

    /// @param values how many there are in it, itself included
    private record Anchored(@Nullable Object value, int values) {}

    private ManifestYaml(String name, String text) {
        this.name = name;
        var settings =
                LoadSettings.builder()
                        .setCodePointLimit(Integer.MAX_VALUE)
                        .setBufferSize(Math.clamp(text.length() + 1L, 16, MAX_BUFFER))
                        .build();
        events = new Parse(settings).parseString(text).iterator();
    }

    /// All documents of a file that are not empty.
    ///
    /// @param name of the file, for messages
    /// @throws ManifestFailure with file, line and reason
    static List<Object> documents(String name, byte[] content) {
        var documents = new ArrayList<Object>();
        read(name, text(name, content), documents);
        return documents;
    }

    /// Adds the documents that are not empty, also those before one that cannot be read.
    ///
    /// @return how many values there are in all documents, aliases counted
    /// @throws ManifestFailure with file, line and reason
    static int read(String name, String text, List<Object> documents) {
        try {
            return new ManifestYaml(name, text).read(documents);
        } catch (MarkedYamlEngineException malformed) {
            throw failure(name, malformed.getProblemMark(), malformed.getProblem());
        } catch (YamlEngineException malformed) {
            throw new ManifestFailure(name + ": " + malformed.getMessage());
        }
    }

    /// @throws ManifestFailure if the content is no text
    static String text(String name, byte[] content) {
        try {
            var bytes = ByteBuffer.wrap(content);
            var charset =
                    switch (content.length < 2 ? 0 : bytes.getShort(0)) {
                        case (short) 0xFEFF -> UTF_16BE;
                        case (short) 0xFFFE -> UTF_16LE;
                        default -> UTF_8;
                    };
            var text = charset.newDecoder().decode(bytes).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException binary) {
            throw new ManifestFailure(name + ": the file is no text in UTF-8 or UTF-16");
        }
    }

    private static ManifestFailure failure(String name, Optional<Mark> mark, String problem) {
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        return new ManifestFailure("%s: line %d: %s".formatted(name, line, problem));
    }

    private ManifestFailure failure(Event event, String problem) {
        return failure(name, event.getStartMark(), problem);
    }

    private int read(List<Object> documents) {
        while (events.hasNext()) {
            var event = events.next();
            if (event instanceof NodeEvent node) {
                var document = value(node, 0);
                if (document != null) {
                    documents.add(document);
                }
                anchors.clear();
            }
        }
        return values;
    }

    private @Nullable Object value(NodeEvent event, int depth) {
        if (depth > MAX_DEPTH) {
            throw failure(event, "nested deeper than " + MAX_DEPTH);
        }
        if (event instanceof AliasEvent) {
            return alias(event);
        }
        int before = values;
        spend(event, 1);
        var value =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar);
                    case SequenceStartEvent _ -> sequence(depth);
                    case MappingStartEvent _ -> mapping(depth);
                    default -> throw failure(event, "neither a value, nor a list, nor a map");
                };
        event.getAnchor().ifPresent(it -> anchors.put(it, new Anchored(value, values - before)));
        return value;
    }

    private @Nullable Object alias(NodeEvent event) {
        // The alias of what is not complete yet would hold itself.
        var anchored = event.getAnchor().map(anchors::get).orElse(null);
        if (anchored == null) {
            throw failure(event, "an alias of nothing that is before it");
        }
        spend(event, anchored.values());
        return anchored.value();
    }

    private void spend(Event event, int more) {
        values += more;
        if (values > MAX_VALUES) {
            throw failure(event, "more than %,d values, aliases counted".formatted(MAX_VALUES));
        }
    }

    private List<@Nullable Object> sequence(int depth) {
        var list = new ArrayList<@Nullable Object>();
        while (events.next() instanceof NodeEvent item) {
            list.add(value(item, depth + 1));
        }
        return list;
    }

    private Map<String, @Nullable Object> mapping(int depth) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        while (events.next() instanceof NodeEvent key) {
            if (isMerge(key)) {
                var source = next();
                merge(source, value(source, depth + 1), map);
            } else {
                var text = key(key, value(key, depth + 1));
                map.put(text, value(next(), depth + 1));
            }
        }
        return map;
    }

    private NodeEvent next() {
        // The parser gives a value to every key.
        return (NodeEvent) events.next();
    }

    private static boolean isMerge(NodeEvent event) {
        return event instanceof ScalarEvent key
                && key.getValue().equals("<<")
                && key.getTag().map(it -> it.equals(TAG + "merge")).orElse(key.isPlain());
    }

    /// Of several maps the earlier ones win.
    private void merge(Event event, @Nullable Object source, Map<String, @Nullable Object> into) {
        switch (source) {
            case Map<?, ?> map -> map.forEach((key, value) -> into.put((String) key, value));
            case List<?> maps when maps.stream().allMatch(Map.class::isInstance) ->
                    maps.reversed().forEach(it -> merge(event, it, into));
            case null, default -> throw failure(event, "'<<' merges maps only");
        }
    }

    private String key(Event event, @Nullable Object key) {
        return switch (key) {
            case String text -> text;
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case null, default -> throw failure(event, "a key must be a text, a number or a flag");
        };
    }

    private @Nullable Object scalar(ScalarEvent event) {
        var text = event.getValue();
        var tag = event.getTag().orElse("");
        var value =
                switch (tag) {
                    case "" -> event.isPlain() ? PlainScalar.value(text) : text;
                    case TAG + "int", TAG + "float", TAG + "bool", TAG + "null" ->
                            tagged(event, tag.substring(TAG.length()));
                    case TAG + "binary" -> binary(event);
                    default -> text;
                };
        if (value instanceof Double number && !Double.isFinite(number)) {
            throw failure(event, "infinity and NaN have no JSON form");
        }
        return value;
    }

    private @Nullable Object tagged(ScalarEvent event, String type) {
        var value = PlainScalar.value(event.getValue());
        boolean fits =
                switch (type) {
                    case "bool" -> value instanceof Boolean;
                    case "null" -> value == null;
                    default -> value instanceof Number;
                };
        if (!fits) {
            throw failure(event, "what is tagged !!%s is something else".formatted(type));
        }
        return value;
    }

    private String binary(ScalarEvent event) {
        try {
            return new String(Base64.getMimeDecoder().decode(event.getValue()), UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw failure(event, "what is tagged !!binary is no base64");
        }
    }
}
