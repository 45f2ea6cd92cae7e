package io.tiphys.dev.sandbox.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads the schema of a custom resource from its CRD.
public final class CustomSchemas {

    private CustomSchemas() {}

    /// The schema of a whole object, from `spec.versions[].schema.openAPIV3Schema`.
    public static Schema root(JsonNode openApi) {
        return withTypeMeta(of(openApi), openApi);
    }

    private static Schema withTypeMeta(Schema schema, JsonNode rules) {
        var fields = new TreeMap<>(schema.fields().get());
        fields.put("apiVersion", Schema.STRING);
        fields.put("kind", Schema.STRING);
        fields.put("metadata", BuiltInSchemas.METADATA);
        return Schema.object("", () -> fields, false).with(rules);
    }

    private static Schema of(JsonNode rules) {
        if (rules.path("x-kubernetes-int-or-string").asBoolean()) {
            return Schema.INT_OR_STRING.with(rules);
        }
        return switch (rules.path("type").asText()) {
            case "object" -> object(rules);
            case "array" -> list(rules);
            case "string" -> Schema.STRING.with(rules);
            case "integer" -> Schema.INTEGER.with(rules);
            case "number" -> Schema.NUMBER.with(rules);
            case "boolean" -> Schema.BOOLEAN.with(rules);
            default -> Schema.ANY.with(rules);
        };
    }

    private static Schema object(JsonNode rules) {
        var atomic = rules.path("x-kubernetes-map-type").asText().equals("atomic");
        if (rules.path("additionalProperties").isObject()) {
            var value = of(rules.path("additionalProperties"));
            return Schema.map(() -> value, atomic).with(rules);
        }
        if (rules.path("additionalProperties").asBoolean()) {
            return Schema.map(() -> Schema.ANY, atomic).with(rules);
        }
        var fields = new TreeMap<String, Schema>();
        rules.path("properties")
                .properties()
                .forEach(f -> fields.put(f.getKey(), of(f.getValue())));
        var object = Schema.object("", () -> fields, atomic).with(rules);
        return rules.path("x-kubernetes-embedded-resource").asBoolean()
                ? withTypeMeta(object, rules)
                : object;
    }

    private static Schema list(JsonNode rules) {
        var item = of(rules.path("items"));
        var merge =
                switch (rules.path("x-kubernetes-list-type").asText()) {
                    case "set" -> new Schema.Merge(true, List.of(), Map.of(), null, false);
                    case "map" -> mapList(rules);
                    default -> Schema.Merge.NONE;
                };
        return Schema.list(() -> item, merge, !merge.set() && merge.keys().isEmpty()).with(rules);
    }

    private static Schema.Merge mapList(JsonNode rules) {
        var keys = Json.texts(rules.path("x-kubernetes-list-map-keys"));
        var defaults = new HashMap<String, String>();
        for (var key : keys) {
            var fallback = Json.at(rules, "items", "properties", key, "default");
            if (fallback.isTextual()) {
                defaults.put(key, fallback.asText());
            }
        }
        return new Schema.Merge(false, keys, defaults, null, false);
    }
}
