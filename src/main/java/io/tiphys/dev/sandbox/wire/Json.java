package io.tiphys.dev.sandbox.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads and writes trees. Stored objects are bytes and every reader parses its own tree, so that
/// nobody needs to copy before changing one.
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final LoadSettings YAML =
            LoadSettings.builder().setAllowDuplicateKeys(false).setLabel("body").build();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /// A number as a parser would have made it, so that equal numbers are equal nodes.
    public static JsonNode number(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    /// Parses what the sandbox itself wrote.
    public static ObjectNode own(byte[] bytes) {
        try {
            return (ObjectNode) MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always writable", e);
        }
    }

    /// Parses a body from outside: JSON, or YAML where the caller allows it.
    public static JsonNode foreign(byte[] body, boolean yaml) {
        try {
            var node = MAPPER.readTree(body);
            if (node.isMissingNode()) {
                throw Refusal.badRequest("the body is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            if (yaml) {
                return yaml(body);
            }
            throw Refusal.badRequest(
                    "couldn't get version/kind; json parse error: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Refusal.badRequest("error reading the body: " + e.getMessage());
        }
    }

    /// The fields that a JSON body names more than once; of what cannot be read, none.
    public static List<String> duplicates(byte[] body) {
        var duplicates = new ArrayList<String>();
        var paths = new ArrayDeque<String>();
        var names = new ArrayDeque<Set<String>>();
        try (var parser = MAPPER.createParser(body)) {
            var here = "";
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    paths.push(here);
                    names.push(new HashSet<>());
                } else if (token.isStructEnd()) {
                    here = paths.pop();
                    names.pop();
                } else if (token == JsonToken.FIELD_NAME) {
                    var parent = paths.getFirst();
                    here = (parent.isEmpty() ? "" : parent + ".") + parser.currentName();
                    if (!names.getFirst().add(parser.currentName())) {
                        duplicates.add(here);
                    }
                }
            }
        } catch (IOException _) {
            return List.of();
        }
        return duplicates;
    }

    private static JsonNode yaml(byte[] body) {
        try {
            var value = new Load(YAML).loadFromString(new String(body, StandardCharsets.UTF_8));
            return MAPPER.valueToTree(value);
        } catch (YamlEngineException e) {
            throw Refusal.badRequest("error decoding YAML: " + e.getMessage());
        }
    }

    public static ObjectNode foreignObject(byte[] body, boolean yaml) {
        if (foreign(body, yaml) instanceof ObjectNode object) {
            return object;
        }
        throw Refusal.badRequest("the body must be an object");
    }

    public static JsonNode at(JsonNode node, String... path) {
        var here = node;
        for (var step : path) {
            here = here.path(step);
        }
        return here;
    }

    public static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    public static int integer(JsonNode node, int otherwise, String... path) {
        return at(node, path).asInt(otherwise);
    }

    /// The object at this path, made where it is absent.
    public static ObjectNode child(ObjectNode parent, String... path) {
        var here = parent;
        for (var step : path) {
            here = here.get(step) instanceof ObjectNode present ? present : here.putObject(step);
        }
        return here;
    }

    /// The list of this name, made where it is absent.
    public static ArrayNode list(ObjectNode parent, String name) {
        return parent.get(name) instanceof ArrayNode present ? present : parent.putArray(name);
    }

    public static void putIfAbsent(ObjectNode parent, String name, String value) {
        if (!parent.hasNonNull(name)) {
            parent.put(name, value);
        }
    }

    public static void putIfAbsent(ObjectNode parent, String name, int value) {
        if (!parent.hasNonNull(name)) {
            parent.put(name, value);
        }
    }

    public static List<ObjectNode> objects(JsonNode list) {
        var objects = new ArrayList<ObjectNode>(list.size());
        for (var item : list) {
            if (item instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    public static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>(list.size());
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    public static void removeIf(JsonNode list, Predicate<JsonNode> condition) {
        for (var items = list.elements(); items.hasNext(); ) {
            if (condition.test(items.next())) {
                items.remove();
            }
        }
    }
}
