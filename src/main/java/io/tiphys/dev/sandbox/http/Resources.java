package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.access.Access;
import io.tiphys.dev.sandbox.apply.Patches;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.kinds.ResourceType.Scale;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.registry.Patch;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.registry.Registry.Outcome;
import io.tiphys.dev.sandbox.registry.Scaling;
import io.tiphys.dev.sandbox.registry.Write;
import io.tiphys.dev.sandbox.storage.Selector;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.table.Tables;
import io.tiphys.dev.sandbox.traffic.Audit;
import io.tiphys.dev.sandbox.traffic.Faults;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Turns a request for a resource into a verb, and the verb's outcome into an answer.
final class Resources {

    /// Subresources that a real server has and the sandbox has not.
    private static final Set<String> ELSEWHERE =
            Set.of(
                    "approval",
                    "attach",
                    "binding",
                    "ephemeralcontainers",
                    "eviction",
                    "exec",
                    "finalize",
                    "log",
                    "portforward",
                    "proxy",
                    "resize",
                    "token");

    private final Vertx vertx;
    private final Store store;
    private final Registry registry;
    private final Access access;
    private final Audit audit;
    private final Faults faults;
    private final Tables tables;
    private final Lists lists;

    Resources(
            Vertx vertx,
            Store store,
            Registry registry,
            Access access,
            Audit audit,
            Faults faults,
            Tables tables) {
        this.vertx = vertx;
        this.store = store;
        this.registry = registry;
        this.access = access;
        this.audit = audit;
        this.faults = faults;
        this.tables = tables;
        this.lists = new Lists(store, tables);
    }

    void handle(Exchange exchange, Target target) {
        exchange.checkAccept();
        var verb = verb(exchange, target);
        var door = target.subresource().isEmpty() ? "" : "/" + target.subresource();
        audit.count(verb, target.type().shelf() + door);
        checkSubresource(target);
        if (isToken(target) && !verb.equals("create")) {
            throw Refusal.methodNotAllowed();
        }
        switch (verb) {
            case "list" -> lists.answer(exchange, target, selector(exchange, target));
            case "watch" -> watch(exchange, target);
            case "get" -> get(exchange, target);
            case "create" -> create(exchange, target);
            case "update" -> update(exchange, target);
            case "patch", "apply" -> patch(exchange, target);
            case "delete" -> delete(exchange, target);
            case "deletecollection" -> deleteCollection(exchange, target);
            default -> throw Refusal.methodNotAllowed();
        }
    }

    private static String verb(Exchange exchange, Target target) {
        return switch (exchange.method()) {
            case "GET", "HEAD" ->
                    exchange.flag("watch") ? "watch" : target.isCollection() ? "list" : "get";
            case "POST" -> target.isCollection() || isToken(target) ? "create" : "none";
            case "PUT" -> target.isCollection() ? "none" : "update";
            case "PATCH" ->
                    target.isCollection()
                            ? "none"
                            : exchange.contentType().startsWith("application/apply-patch")
                                    ? "apply"
                                    : "patch";
            case "DELETE" -> target.isCollection() ? "deletecollection" : "delete";
            default -> "none";
        };
    }

    private static boolean isToken(Target target) {
        return target.subresource().equals("token")
                && target.type().shelf().equals("serviceaccounts");
    }

    private static void checkSubresource(Target target) {
        var type = target.type();
        var served =
                switch (target.subresource()) {
                    case "" -> true;
                    case "status" -> type.status();
                    case "scale" -> type.scale() != null;
                    case "token" -> isToken(target);
                    default -> {
                        if (type.custom() || !ELSEWHERE.contains(target.subresource())) {
                            yield false;
                        }
                        throw Refusal.unsupported(
                                "the subresource " + type.plural() + "/" + target.subresource());
                    }
                };
        if (!served) {
            throw Refusal.notServed();
        }
    }

    private static Selector selector(Exchange exchange, Target target) {
        return Selector.parse(
                exchange.query("labelSelector"),
                exchange.query("fieldSelector"),
                target.type().shelf());
    }

    private void watch(Exchange exchange, Target target) {
        if (exchange.header("Upgrade").equalsIgnoreCase("websocket")) {
            // A plain 200 lets clients fall back to HTTP at once; on an error they try for long.
            exchange.answer(200, Json.object());
            return;
        }
        var selector = selector(exchange, target);
        if (!target.isCollection()) {
            var named = "metadata.name=" + target.name();
            var conditions = new ArrayList<>(selector.conditions());
            conditions.addAll(Selector.parse("", named, "").conditions());
            selector = new Selector(conditions);
        }
        WatchStream.open(vertx, store, faults, tables, exchange, target, selector);
    }

    private void get(Exchange exchange, Target target) {
        var found = registry.get(target.type(), target.namespace(), target.name());
        var scale = target.type().scale();
        if (target.subresource().equals("scale") && scale != null) {
            exchange.answer(200, Scaling.view(found, scale));
        } else {
            exchange.answer(200, view(exchange, target.type(), found));
        }
    }

    private byte[] view(Exchange exchange, ResourceType type, Stored object) {
        if (exchange.wantsTable()) {
            var include = exchange.includeObject();
            var metadata = Json.object().put("resourceVersion", Long.toString(object.revision()));
            return Json.bytes(
                    tables.table(
                            type,
                            List.of(object),
                            metadata,
                            true,
                            it -> Views.inRow(include, type, it)));
        }
        return exchange.wantsMetadataOnly() ? Views.metadataOnly(object) : Views.in(type, object);
    }

    private Write write(Exchange exchange, Target target) {
        return WriteOptions.of(exchange, target, access.gate(exchange.user()));
    }

    private static ObjectNode object(Exchange exchange, Target target, Write write) {
        if (Set.of("application/json", "").contains(exchange.contentType())) {
            reportDuplicates(exchange, target.type(), write);
        }
        return object(exchange);
    }

    static ObjectNode object(Exchange exchange) {
        return switch (exchange.contentType()) {
            case "application/json", "" -> Json.foreignObject(exchange.body(), false);
            case "application/yaml" -> Json.foreignObject(exchange.body(), true);
            default ->
                    throw Refusal.plain(
                            415,
                            "UnsupportedMediaType",
                            "the body of the request was in an unknown format - accepted media"
                                + " types include: application/json, application/yaml (no protobuf,"
                                + " so give kubectl a manifest with -f instead of flags)");
        };
    }

    private static void reportDuplicates(Exchange exchange, ResourceType type, Write write) {
        if (WriteOptions.validation(exchange).equals("Ignore")) {
            return;
        }
        for (var field : Json.duplicates(exchange.body())) {
            var problem = "duplicate field \"" + field + "\"";
            if (write.strict()) {
                throw Refusal.badRequest(
                        "%s in version \"%s\" cannot be handled as a %s: strict decoding error: %s"
                                .formatted(type.kind(), type.version(), type.kind(), problem));
            }
            write.warnings().add(problem);
        }
    }

    private static String neededNamespace(Target target) {
        if (target.type().namespaced() && target.namespace().isEmpty()) {
            throw Refusal.methodNotAllowed();
        }
        return target.namespace();
    }

    private void create(Exchange exchange, Target target) {
        if (isToken(target)) {
            var account = registry.get(target.type(), target.namespace(), target.name());
            exchange.answer(201, access.reviews().token(account, object(exchange)));
            return;
        }
        var write = write(exchange, target);
        var namespace = neededNamespace(target);
        var outcome =
                registry.create(target.type(), namespace, object(exchange, target, write), write);
        answer(exchange, target, outcome, write);
    }

    private void answer(Exchange exchange, Target target, Outcome outcome, Write write) {
        if (!WriteOptions.validation(exchange).equals("Ignore")) {
            exchange.warn(write.warnings());
        }
        var code = outcome.created() ? 201 : 200;
        exchange.answer(code, view(exchange, target.type(), outcome.object()));
    }

    private void update(Exchange exchange, Target target) {
        var write = write(exchange, target);
        var body = object(exchange, target, write);
        var scale = target.type().scale();
        if (target.subresource().equals("scale") && scale != null) {
            scale(exchange, target, body, scale, write);
            return;
        }
        var outcome =
                registry.replace(target.type(), target.namespace(), target.name(), body, write);
        answer(exchange, target, outcome, write);
    }

    private void scale(
            Exchange exchange, Target target, ObjectNode body, Scale scale, Write write) {
        var present = registry.get(target.type(), target.namespace(), target.name());
        var written = Scaling.write(registry, target.type(), present, body, scale, write);
        exchange.answer(200, Scaling.view(written, scale));
    }

    private void patch(Exchange exchange, Target target) {
        var write = write(exchange, target);
        var patch = patchBody(exchange);
        if (patch.form() == Patch.Form.APPLY) {
            WriteOptions.checkApply(exchange);
        } else {
            WriteOptions.checkPatch(exchange);
        }
        var scale = target.type().scale();
        if (target.subresource().equals("scale") && scale != null) {
            patchScale(exchange, target, patch, scale, write);
            return;
        }
        var outcome =
                registry.patch(target.type(), target.namespace(), target.name(), patch, write);
        answer(exchange, target, outcome, write);
    }

    private static Patch patchBody(Exchange exchange) {
        var type = exchange.contentType();
        var form =
                switch (type) {
                    case "application/merge-patch+json" -> Patch.Form.MERGE;
                    case "application/json-patch+json" -> Patch.Form.JSON;
                    case "application/strategic-merge-patch+json" -> Patch.Form.STRATEGIC;
                    case "application/apply-patch+yaml" -> Patch.Form.APPLY;
                    default ->
                            throw Refusal.plain(
                                    415, "UnsupportedMediaType", "415: Unsupported Media Type");
                };
        return new Patch(form, Json.foreign(exchange.body(), form == Patch.Form.APPLY));
    }

    private void patchScale(
            Exchange exchange, Target target, Patch patch, Scale scale, Write write) {
        if (patch.form() == Patch.Form.APPLY) {
            throw Refusal.unsupported("server-side apply of the scale subresource");
        }
        var present = registry.get(target.type(), target.namespace(), target.name());
        var view = Scaling.view(present, scale);
        Json.child(view, "metadata").remove("resourceVersion");
        if (patch.form() == Patch.Form.JSON) {
            view = Patches.json(view, patch.body());
        } else if (patch.body() instanceof ObjectNode body) {
            Patches.merge(view, body);
        } else {
            throw Refusal.badRequest("the patch must be an object");
        }
        scale(exchange, target, view, scale, write);
    }

    private static Deletion deletion(Exchange exchange) {
        var options =
                exchange.body().length == 0
                        ? Json.object()
                        : Json.foreignObject(exchange.body(), true);
        return Deletion.of(
                options,
                exchange.query("propagationPolicy"),
                exchange.query("gracePeriodSeconds"),
                WriteOptions.dryRun(exchange));
    }

    private void delete(Exchange exchange, Target target) {
        if (!target.subresource().isEmpty()) {
            throw Refusal.methodNotAllowed();
        }
        var type = target.type();
        var outcome = registry.delete(type, target.namespace(), target.name(), deletion(exchange));
        if (!outcome.removed()) {
            exchange.answer(200, view(exchange, type, outcome.object()));
            return;
        }
        var success = Json.object().put("kind", "Status").put("apiVersion", "v1");
        success.putObject("metadata");
        success.put("status", "Success");
        var details = success.putObject("details").put("name", target.name());
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural()).put("uid", outcome.object().uid());
        exchange.answer(200, success);
    }

    private void deleteCollection(Exchange exchange, Target target) {
        var namespace = neededNamespace(target);
        if (target.type().shelf().equals("namespaces")) {
            throw Refusal.methodNotAllowed();
        }
        var deletion = deletion(exchange);
        var selected = lists.select(target, selector(exchange, target));
        var deleted = new ArrayList<Stored>();
        for (var object : selected) {
            if (store.get(object.key()) != null) {
                var name = object.key().name();
                deleted.add(registry.delete(target.type(), namespace, name, deletion).object());
            }
        }
        lists.deleted(exchange, target, deleted);
    }
}
