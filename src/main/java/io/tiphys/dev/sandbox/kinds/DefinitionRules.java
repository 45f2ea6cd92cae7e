package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.List;
import java.util.Set;

/// Names what is wrong with a CRD.
final class DefinitionRules {

    private DefinitionRules() {}

    static void check(String name, JsonNode spec, List<Cause> causes) {
        var wanted = Json.text(spec, "names", "plural") + "." + Json.text(spec, "group");
        if (!name.equals(wanted)) {
            causes.add(
                    Cause.invalid(
                            "metadata.name",
                            "\"" + name + "\"",
                            "must be spec.names.plural+\".\"+spec.group"));
        }
        if (!Set.of("Namespaced", "Cluster").contains(Json.text(spec, "scope"))) {
            causes.add(
                    Cause.unsupported(
                            "spec.scope",
                            "\"" + Json.text(spec, "scope") + "\"",
                            "\"Cluster\", \"Namespaced\""));
        }
        versions(spec.path("versions"), causes);
        for (var field : List.of("singular", "kind", "listKind")) {
            if (Json.text(spec, "names", field).isEmpty()) {
                causes.add(Cause.required("spec.names." + field, ""));
            }
        }
        if (Json.text(spec, "conversion", "strategy").equals("Webhook")) {
            throw Refusal.unsupported("conversion webhooks of custom resources");
        }
    }

    private static void versions(JsonNode versions, List<Cause> causes) {
        int storage = 0;
        int i = 0;
        for (var version : versions) {
            storage += version.path("storage").asBoolean() ? 1 : 0;
            var place = "spec.versions[" + i++ + "].schema.openAPIV3Schema";
            var schema = Json.at(version, "schema", "openAPIV3Schema");
            if (!schema.isObject()) {
                causes.add(Cause.required(place, ""));
            } else {
                // The server speaks of a single version's schema as of the former common one.
                var root = versions.size() == 1 ? "spec.validation.openAPIV3Schema" : place;
                structural(schema, root, true, causes);
            }
        }
        if (storage != 1) {
            causes.add(
                    Cause.invalid(
                            "spec.versions",
                            versions.toString(),
                            "must have exactly one version marked as storage version"));
        }
        if (storage == 0) {
            causes.add(
                    Cause.invalid(
                            "status.storedVersions",
                            "null",
                            "must have at least one stored version"));
        }
    }

    private static void structural(
            JsonNode schema, String place, boolean root, List<Cause> causes) {
        var open =
                schema.path("x-kubernetes-int-or-string").asBoolean()
                        || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (Json.text(schema, "type").isEmpty() && (root || !open)) {
            causes.add(
                    Cause.required(
                            place + ".type",
                            "must not be empty "
                                    + (root
                                            ? "at the root"
                                            : place.endsWith("items")
                                                    ? "for specified array items"
                                                    : "for specified object fields")));
        }
        for (var property : schema.path("properties").properties()) {
            var field = place + ".properties[" + property.getKey() + "]";
            structural(property.getValue(), field, false, causes);
        }
        if (schema.path("items").isObject()) {
            structural(schema.path("items"), place + ".items", false, causes);
        }
        if (schema.path("additionalProperties").isObject()) {
            structural(
                    schema.path("additionalProperties"),
                    place + ".additionalProperties",
                    false,
                    causes);
        }
    }
}
