package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Describes the kinds as OpenAPI v3, group by group: what `kubectl` needs to validate, to explain
/// and to compute strategic merge patches.
final class OpenApi {

    private static final List<String> PATCHES =
            List.of(
                    "application/apply-patch+yaml",
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json");

    /// `kubectl` asks for version 2, in protobuf only, about a kind that version 3 does not have.
    /// It is told that nothing is declared, and then says in its own words what is missing.
    private static final String VERSION_2 =
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// The document's one required field, the first: `swagger: "2.0"`.
    private static final byte[] NOTHING_DECLARED = {0x0a, 3, '2', '.', '0'};

    private final Catalog catalog;
    private final String instance = UUID.randomUUID().toString();

    OpenApi(Catalog catalog) {
        this.catalog = catalog;
    }

    void answer(Exchange exchange, List<String> path) {
        if (path.equals(List.of("openapi", "v2"))) {
            exchange.answer(200, VERSION_2, Buffer.buffer(NOTHING_DECLARED));
            return;
        }
        if (path.size() < 2 || !path.get(1).equals("v3")) {
            throw Refusal.notServed();
        }
        exchange.checkAccept();
        if (path.size() == 2) {
            exchange.answer(200, index());
            return;
        }
        var apiVersion =
                path.get(2).equals("api")
                        ? String.join("/", path.subList(3, path.size()))
                        : String.join("/", path.subList(Math.min(3, path.size()), path.size()));
        var types = catalog.in(apiVersion);
        if (types.isEmpty()) {
            throw Refusal.notServed();
        }
        exchange.answer(200, document(types));
    }

    private ObjectNode index() {
        var index = Json.object();
        var paths = index.putObject("paths");
        var apiVersions = new LinkedHashSet<String>();
        catalog.all().forEach(type -> apiVersions.add(type.apiVersion()));
        for (var apiVersion : apiVersions) {
            var path = (apiVersion.contains("/") ? "apis/" : "api/") + apiVersion;
            paths.putObject(path)
                    .put(
                            "serverRelativeURL",
                            "/openapi/v3/%s?hash=%s-%d"
                                    .formatted(path, instance, catalog.edition()));
        }
        return index;
    }

    private static ObjectNode document(List<ResourceType> types) {
        var document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.4+sandbox");
        var paths = document.putObject("paths");
        var schemas = Json.child(document, "components", "schemas");
        var written = new HashSet<String>();
        for (var type : types) {
            var root = type.apiVersion().contains("/") ? "/apis/" : "/api/";
            var place = type.namespaced() ? "/namespaces/{namespace}/" : "/";
            var path = root + type.apiVersion() + place + type.plural();
            operations(type, paths.putObject(path), List.of("get list", "post post"));
            operations(
                    type,
                    paths.putObject(path + "/{name}"),
                    List.of("get get", "put put", "patch patch", "delete delete"));
            var schema = schemas.putObject(nameOf(type));
            objectSchema(schema, type.schema(), schemas, written);
            groupVersionKind(type, schema.putArray("x-kubernetes-group-version-kind").addObject());
        }
        return document;
    }

    private static void groupVersionKind(ResourceType type, ObjectNode node) {
        node.put("group", type.group()).put("kind", type.kind()).put("version", type.version());
    }

    private static void operations(ResourceType type, ObjectNode path, List<String> operations) {
        for (var words : operations) {
            var method = words.split(" ", -1)[0];
            var operation = path.putObject(method);
            operation.put("x-kubernetes-action", words.split(" ", -1)[1]);
            groupVersionKind(type, operation.putObject("x-kubernetes-group-version-kind"));
            var parameters = operation.putArray("parameters");
            if (!method.equals("get")) {
                parameter(parameters, "dryRun");
                parameter(parameters, "fieldManager");
                parameter(parameters, "fieldValidation");
            }
            if (method.equals("patch")) {
                for (var format : PATCHES) {
                    if (!type.custom() || !format.contains("strategic")) {
                        Json.child(operation, "requestBody", "content", format);
                    }
                }
            }
            Json.child(operation, "responses", "200").put("description", "OK");
        }
    }

    private static void parameter(ArrayNode parameters, String name) {
        var parameter = parameters.addObject().put("name", name).put("in", "query");
        parameter.putObject("schema").put("type", "string").put("uniqueItems", true);
    }

    private static String nameOf(ResourceType type) {
        return type.schema().name().isEmpty()
                ? type.group() + "." + type.version() + "." + type.kind()
                : nameOf(type.schema());
    }

    private static String nameOf(Schema schema) {
        return schema.name().replace("io.fabric8.kubernetes.api.model", "io.k8s.api");
    }

    private static void objectSchema(
            ObjectNode node, Schema schema, ObjectNode schemas, Set<String> written) {
        node.put("type", "object");
        if (schema.atomic()) {
            node.put("x-kubernetes-map-type", "atomic");
        }
        if (schema.preservesUnknown()) {
            node.put("x-kubernetes-preserve-unknown-fields", true);
        }
        var required = schema.rules().path("required");
        if (required.isArray()) {
            node.set("required", required);
        }
        var properties = node.putObject("properties");
        schema.fields()
                .get()
                .forEach(
                        (name, field) ->
                                value(properties.putObject(name), field, schemas, written));
    }

    private static void value(
            ObjectNode node, Schema schema, ObjectNode schemas, Set<String> written) {
        if (schema.rules().path("description").isTextual()) {
            node.set("description", schema.rules().path("description"));
        }
        if (schema.merge().retainKeys()) {
            node.put(
                    "x-kubernetes-patch-strategy",
                    schema.merge().patchKey() == null ? "retainKeys" : "merge,retainKeys");
        } else if (schema.merge().patchKey() != null) {
            node.put("x-kubernetes-patch-strategy", "merge");
        }
        var key = schema.merge().patchKey();
        if (key != null && !key.isEmpty()) {
            node.put("x-kubernetes-patch-merge-key", key);
        }
        switch (schema.type()) {
            case OBJECT -> {
                if (schema.name().isEmpty()) {
                    objectSchema(node, schema, schemas, written);
                } else {
                    var name = nameOf(schema);
                    node.putArray("allOf").addObject().put("$ref", "#/components/schemas/" + name);
                    node.putObject("default");
                    if (written.add(name)) {
                        objectSchema(schemas.putObject(name), schema, schemas, written);
                    }
                }
            }
            case MAP -> {
                node.put("type", "object");
                value(node.putObject("additionalProperties"), schema.item(), schemas, written);
            }
            case LIST -> {
                node.put("type", "array");
                value(node.putObject("items"), schema.item(), schemas, written);
                if (schema.merge().set()) {
                    node.put("x-kubernetes-list-type", "set");
                } else if (schema.merge().keys().isEmpty()) {
                    node.put("x-kubernetes-list-type", "atomic");
                } else {
                    node.put("x-kubernetes-list-type", "map");
                    schema.merge().keys().forEach(node.putArray("x-kubernetes-list-map-keys")::add);
                }
            }
            case STRING, MICRO_TIME -> node.put("type", "string");
            case QUANTITY -> {
                node.putArray("oneOf").addObject().put("type", "string");
                node.withArray("oneOf").addObject().put("type", "number");
            }
            case INTEGER -> node.put("type", "integer");
            case NUMBER -> node.put("type", "number");
            case BOOLEAN -> node.put("type", "boolean");
            case INT_OR_STRING -> {
                node.put("format", "int-or-string");
                node.putArray("oneOf").addObject().put("type", "integer");
                node.withArray("oneOf").addObject().put("type", "string");
            }
            case ANY -> {}
        }
    }
}
