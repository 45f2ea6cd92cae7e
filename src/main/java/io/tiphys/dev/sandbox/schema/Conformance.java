package io.tiphys.dev.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Holds an object against its schema: drops what the schema does not know, fills its defaults,
/// and names what does not fit.
public final class Conformance {

    private static final Pattern QUANTITY =
            Pattern.compile(
                    "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(n|u|m|k|[KMGTPE]i|[MGTPE]|[eE][+-]?[0-9]+|)");
    private static final String QUANTITY_RULE =
            "quantities must match the regular expression"
                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final Pattern MICRO_TIME =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d\\d:\\d\\d)");

    private Conformance() {}

    /// Drops unknown fields and meaningless nulls; answers the paths of the unknown fields.
    public static List<String> prune(JsonNode value, Schema schema) {
        var unknown = new ArrayList<String>();
        prune(value, schema, "", unknown);
        return unknown;
    }

    private static void prune(JsonNode value, Schema schema, String path, List<String> unknown) {
        if (value instanceof ObjectNode object && schema.isMapping()) {
            for (var fields = object.properties().iterator(); fields.hasNext(); ) {
                var field = fields.next();
                var child = schema.child(field.getKey());
                var childPath = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                if (child == null) {
                    unknown.add(childPath);
                    fields.remove();
                } else if (field.getValue().isNull() && !keepsNull(child)) {
                    fields.remove();
                } else {
                    prune(field.getValue(), child, childPath, unknown);
                }
            }
        } else if (value instanceof ArrayNode list && schema.type() == Schema.Type.LIST) {
            for (int i = 0; i < list.size(); i++) {
                prune(list.get(i), schema.item(), path + "[" + i + "]", unknown);
            }
        }
    }

    private static boolean keepsNull(Schema schema) {
        return schema.type() == Schema.Type.ANY || schema.rules().path("nullable").asBoolean();
    }

    /// Fills the defaults that a CRD's schema declares.
    public static void fillDefaults(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object && schema.isMapping()) {
            schema.fields()
                    .get()
                    .forEach(
                            (name, child) -> {
                                var fallback = child.rules().path("default");
                                if (!object.has(name) && !fallback.isMissingNode()) {
                                    object.set(name, fallback.deepCopy());
                                }
                            });
            for (var field : object.properties()) {
                var child = schema.child(field.getKey());
                if (child != null) {
                    fillDefaults(field.getValue(), child);
                }
            }
        } else if (value instanceof ArrayNode list && schema.type() == Schema.Type.LIST) {
            list.forEach(item -> fillDefaults(item, schema.item()));
        }
    }

    /// What does not fit: wrong types everywhere, and the constraints of a CRD's schema.
    public static List<Cause> check(JsonNode value, Schema schema) {
        var causes = new ArrayList<Cause>();
        check(value, schema, "", causes);
        return causes;
    }

    private static void check(JsonNode value, Schema schema, String path, List<Cause> causes) {
        if (value.isNull() && keepsNull(schema)) {
            return;
        }
        if (!fits(value, schema.type())) {
            var wanted = wanted(schema.type());
            if (schema.type() == Schema.Type.QUANTITY) {
                causes.add(new Cause("FieldValueInvalid", QUANTITY_RULE, path));
                return;
            }
            causes.add(
                    new Cause(
                            "FieldValueTypeInvalid",
                            "Invalid value: \"%s\": %s in body must be of type %s: \"%s\""
                                    .formatted(actual(value), path, wanted, actual(value)),
                            path.isEmpty() ? "<root>" : path));
            return;
        }
        if (!schema.rules().isMissingNode()) {
            constraints(value, schema.rules(), path, causes);
        }
        if (schema.isMapping()) {
            for (var field : value.properties()) {
                var child = schema.child(field.getKey());
                if (child != null) {
                    var childPath = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                    check(field.getValue(), child, childPath, causes);
                }
            }
        } else if (schema.type() == Schema.Type.LIST) {
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), schema.item(), path + "[" + i + "]", causes);
            }
            if (!schema.leaf() && !schema.rules().isMissingNode()) {
                duplicates(value, schema, path, causes);
            }
        }
    }

    private static void duplicates(JsonNode list, Schema schema, String path, List<Cause> causes) {
        var seen = new HashSet<String>();
        for (int i = 0; i < list.size(); i++) {
            if (!seen.add(schema.pathElement(list.get(i)))) {
                var set = schema.merge().set();
                var key = list.get(i).deepCopy();
                if (!set && key instanceof ObjectNode object) {
                    object.retain(schema.merge().keys());
                }
                causes.add(Cause.duplicate(path + "[" + i + "]", key.toString()));
            }
        }
    }

    private static boolean fits(JsonNode value, Schema.Type type) {
        return switch (type) {
            case OBJECT, MAP -> value.isObject();
            case LIST -> value.isArray();
            case STRING -> value.isTextual();
            case INTEGER ->
                    value.isIntegralNumber()
                            || (value.isNumber()
                                    && value.asDouble() == Math.rint(value.asDouble()));
            case NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case INT_OR_STRING -> value.isTextual() || value.isIntegralNumber();
            case QUANTITY ->
                    value.isNumber()
                            || (value.isTextual() && QUANTITY.matcher(value.asText()).matches());
            case MICRO_TIME -> value.isTextual() && MICRO_TIME.matcher(value.asText()).matches();
            case ANY -> true;
        };
    }

    private static String wanted(Schema.Type type) {
        return switch (type) {
            case OBJECT, MAP -> "object";
            case LIST -> "array";
            case STRING, QUANTITY, MICRO_TIME -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case INT_OR_STRING -> "integer,string";
            case ANY -> "any";
        };
    }

    private static String actual(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case NULL, MISSING -> "null";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case OBJECT, POJO -> "object";
            case STRING, BINARY -> "string";
        };
    }

    private static void constraints(
            JsonNode value, JsonNode rules, String path, List<Cause> causes) {
        for (var required : rules.path("required")) {
            if (value.isObject() && !value.has(required.asText())) {
                var field = path.isEmpty() ? required.asText() : path + "." + required.asText();
                causes.add(Cause.required(field, ""));
            }
        }
        var allowed = rules.path("enum");
        if (allowed.isArray() && !contains(allowed, value)) {
            var names = new ArrayList<String>();
            allowed.forEach(name -> names.add(name.toString()));
            causes.add(Cause.unsupported(path, value.toString(), String.join(", ", names)));
        }
        if (value.isNumber()) {
            numberBounds(value, rules, path, causes);
        }
        if (value.isTextual()) {
            // Of a text that is too short, nothing else is said.
            var before = causes.size();
            sizeBounds(value.asText().length(), value, rules, path, "Length", "chars long", causes);
            if (causes.size() == before) {
                pattern(value.asText(), rules.path("pattern").asText(""), path, causes);
            }
        }
        if (value.isArray()) {
            sizeBounds(value.size(), value, rules, path, "Items", "items", causes);
        }
        if (value.isObject()) {
            sizeBounds(value.size(), value, rules, path, "Properties", "properties", causes);
        }
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (var item : list) {
            if (item.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static void numberBounds(
            JsonNode value, JsonNode rules, String path, List<Cause> causes) {
        var minimum = rules.path("minimum");
        if (minimum.isNumber() && value.asDouble() < minimum.asDouble()) {
            causes.add(
                    Cause.invalid(
                            path,
                            value.toString(),
                            path + " in body should be greater than or equal to " + minimum));
        }
        var maximum = rules.path("maximum");
        if (maximum.isNumber() && value.asDouble() > maximum.asDouble()) {
            causes.add(
                    Cause.invalid(
                            path,
                            value.toString(),
                            path + " in body should be less than or equal to " + maximum));
        }
    }

    private static void sizeBounds(
            int size,
            JsonNode value,
            JsonNode rules,
            String path,
            String what,
            String unit,
            List<Cause> causes) {
        var least = rules.path("min" + what);
        if (least.isInt() && size < least.asInt()) {
            causes.add(
                    Cause.invalid(
                            path,
                            value.toString(),
                            "%s in body should be at least %s %s".formatted(path, least, unit)));
        }
        var most = rules.path("max" + what);
        if (most.isInt() && size > most.asInt()) {
            causes.add(
                    what.equals("Length")
                            ? new Cause(
                                    "FieldValueTooLong",
                                    "Too long: may not be more than %s %s".formatted(most, unit),
                                    path)
                            : new Cause(
                                    "FieldValueTooMany",
                                    "Too many: %d: must have at most %s items"
                                            .formatted(size, most),
                                    path));
        }
    }

    private static void pattern(String text, String pattern, String path, List<Cause> causes) {
        if (pattern.isEmpty()) {
            return;
        }
        try {
            if (!Pattern.compile(pattern).matcher(text).find()) {
                causes.add(
                        Cause.invalid(
                                path,
                                "\"" + text + "\"",
                                "%s in body should match '%s'".formatted(path, pattern)));
            }
        } catch (PatternSyntaxException e) {
            causes.add(Cause.invalid(path, pattern, "not a regular expression: " + e.getMessage()));
        }
    }
}
