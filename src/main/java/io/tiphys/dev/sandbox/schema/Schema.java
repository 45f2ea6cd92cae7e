package io.tiphys.dev.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What may stand at one place of an object, and how two values of it merge.
///
/// @param name the type's name for OpenAPI, empty where it has none
/// @param atomic whether an owner owns the whole value rather than its parts
/// @param rules the constraints of a CRD (`required`, `enum`, `default`, …), missing for built-ins
public record Schema(
        Type type,
        String name,
        Supplier<Map<String, Schema>> fields,
        @Nullable Supplier<Schema> element,
        boolean atomic,
        Merge merge,
        JsonNode rules) {

    public enum Type {
        OBJECT,
        MAP,
        LIST,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        QUANTITY,
        MICRO_TIME,
        ANY
    }

    /// How lists merge: by server-side apply (`set`, or `keys` of a map list) and by strategic
    /// merge patch (`patchKey`, empty for a list of scalars that merges).
    ///
    /// @param keyDefaults values of keys that an item may leave out
    public record Merge(
            boolean set,
            List<String> keys,
            Map<String, String> keyDefaults,
            @Nullable String patchKey,
            boolean retainKeys) {

        public static final Merge NONE = new Merge(false, List.of(), Map.of(), null, false);
    }

    private static final Supplier<Map<String, Schema>> NO_FIELDS = Map::of;

    public static final Schema STRING = scalar(Type.STRING);
    public static final Schema INTEGER = scalar(Type.INTEGER);
    public static final Schema NUMBER = scalar(Type.NUMBER);
    public static final Schema BOOLEAN = scalar(Type.BOOLEAN);
    public static final Schema INT_OR_STRING = scalar(Type.INT_OR_STRING);
    public static final Schema QUANTITY = scalar(Type.QUANTITY);
    public static final Schema MICRO_TIME = scalar(Type.MICRO_TIME);
    public static final Schema ANY = scalar(Type.ANY);

    private static final Schema ANY_MAP = map(() -> ANY, false);
    private static final Schema ANY_LIST = list(() -> ANY, Merge.NONE, true);

    private static Schema scalar(Type type) {
        return new Schema(type, "", NO_FIELDS, null, false, Merge.NONE, MissingNode.getInstance());
    }

    public static Schema object(String name, Supplier<Map<String, Schema>> fields, boolean atomic) {
        return new Schema(
                Type.OBJECT, name, fields, null, atomic, Merge.NONE, MissingNode.getInstance());
    }

    public static Schema map(Supplier<Schema> element, boolean atomic) {
        return new Schema(
                Type.MAP, "", NO_FIELDS, element, atomic, Merge.NONE, MissingNode.getInstance());
    }

    public static Schema list(Supplier<Schema> element, Merge merge, boolean atomic) {
        return new Schema(
                Type.LIST, "", NO_FIELDS, element, atomic, merge, MissingNode.getInstance());
    }

    public Schema with(Merge merge, boolean atomic) {
        return new Schema(type, name, fields, element, atomic, merge, rules);
    }

    public Schema with(JsonNode rules) {
        return new Schema(type, name, fields, element, atomic, merge, rules);
    }

    /// Where anything may stand, the value itself tells what it is.
    public Schema resolve(JsonNode value) {
        if (type != Type.ANY) {
            return this;
        }
        return value.isObject() ? ANY_MAP : value.isArray() ? ANY_LIST : this;
    }

    public boolean preservesUnknown() {
        return rules.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    }

    public boolean declares(String field) {
        return type == Type.OBJECT && fields.get().containsKey(field);
    }

    /// The schema of a field or map value; null where there is none.
    public @Nullable Schema child(String field) {
        if (type == Type.OBJECT) {
            var declared = fields.get().get(field);
            if (declared != null) {
                return declared;
            }
            if (element != null) {
                return element.get();
            }
            return preservesUnknown() ? ANY : null;
        }
        return element == null ? null : element.get();
    }

    public Schema item() {
        return element == null ? ANY : element.get();
    }

    /// Whether the value has no parts that owners could share.
    public boolean leaf() {
        return switch (type) {
            case OBJECT, MAP -> atomic;
            case LIST -> atomic || !(merge.set() || !merge.keys().isEmpty());
            case STRING, INTEGER, NUMBER, BOOLEAN, INT_OR_STRING, QUANTITY, MICRO_TIME, ANY -> true;
        };
    }

    public boolean isMapping() {
        return type == Type.OBJECT || type == Type.MAP;
    }

    /// How a list item is named in a field set: `v:"x"` in a set, `k:{"name":"x"}` in a map list.
    public String pathElement(JsonNode item) {
        if (merge.set()) {
            return "v:" + item;
        }
        var sorted = new TreeMap<String, JsonNode>();
        for (var key : merge.keys()) {
            var value = item.path(key);
            var fallback = merge.keyDefaults().get(key);
            if (!value.isMissingNode() && !value.isNull()) {
                sorted.put(key, value);
            } else if (fallback != null) {
                sorted.put(key, TextNode.valueOf(fallback));
            }
        }
        var parts = new ArrayList<String>();
        sorted.forEach((key, value) -> parts.add("\"" + key + "\":" + value));
        return "k:{" + String.join(",", parts) + "}";
    }
}
