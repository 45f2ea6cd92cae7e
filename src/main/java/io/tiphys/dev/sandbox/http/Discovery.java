package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.access.Reviews;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Tells what is served, in the plain form that every client understands.
final class Discovery {

    private static final List<String> VERBS =
            List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "update",
                    "watch");

    private final Catalog catalog;

    Discovery(Catalog catalog) {
        this.catalog = catalog;
    }

    static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "32")
                .put("gitVersion", "v1.32.4+sandbox")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "linux/amd64");
    }

    void core(Exchange exchange, List<String> path) {
        exchange.checkAccept();
        if (path.size() == 1) {
            var versions = Json.object().put("kind", "APIVersions");
            versions.putArray("versions").add("v1");
            versions.putArray("serverAddressByClientCIDRs")
                    .addObject()
                    .put("clientCIDR", "0.0.0.0/0")
                    .put("serverAddress", exchange.header("Host"));
            exchange.answer(200, versions);
        } else {
            exchange.answer(200, resources(path.get(1)));
        }
    }

    void groups(Exchange exchange, List<String> path) {
        exchange.checkAccept();
        var groups = new LinkedHashMap<>(catalog.groups());
        groups.putAll(Reviews.groups());
        if (path.size() == 1) {
            var list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
            var items = list.putArray("groups");
            groups.forEach((group, versions) -> addGroup(items, group, versions));
            exchange.answer(200, list);
        } else if (path.size() == 3) {
            exchange.answer(200, resources(path.get(1) + "/" + path.get(2)));
        } else if (groups.containsKey(path.get(1))) {
            var items = Json.array();
            addGroup(items, path.get(1), groups.getOrDefault(path.get(1), List.of()));
            var group = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
            group.setAll((ObjectNode) items.get(0));
            exchange.answer(200, group);
        } else {
            throw Refusal.notServed();
        }
    }

    private static void addGroup(ArrayNode items, String group, List<String> versions) {
        if (group.isEmpty()) {
            return;
        }
        var item = items.addObject().put("name", group);
        var list = item.putArray("versions");
        for (var version : versions) {
            list.addObject().put("groupVersion", group + "/" + version).put("version", version);
        }
        item.set("preferredVersion", list.get(0));
    }

    private ObjectNode resources(String apiVersion) {
        var types = catalog.in(apiVersion);
        var reviews = Reviews.in(apiVersion);
        if (types.isEmpty() && reviews.isEmpty()) {
            throw Refusal.notServed();
        }
        var list =
                Json.object()
                        .put("kind", "APIResourceList")
                        .put("apiVersion", "v1")
                        .put("groupVersion", apiVersion);
        var items = list.putArray("resources");
        for (var review : reviews) {
            items.addObject()
                    .put("name", review.plural())
                    .put("singularName", review.kind().toLowerCase(Locale.ROOT))
                    .put("namespaced", review.namespaced())
                    .put("kind", review.kind())
                    .putArray("verbs")
                    .add("create");
        }
        for (var type :
                types.stream().sorted(Comparator.comparing(ResourceType::plural)).toList()) {
            var item = resource(items, type, type.plural(), type.kind(), verbs(type));
            item.put("singularName", type.singular());
            if (!type.shortNames().isEmpty()) {
                type.shortNames().forEach(item.putArray("shortNames")::add);
            }
            if (!type.categories().isEmpty()) {
                type.categories().forEach(item.putArray("categories")::add);
            }
            subresources(items, type);
        }
        return list;
    }

    private static List<String> verbs(ResourceType type) {
        return type.shelf().equals("namespaces")
                ? VERBS.stream().filter(verb -> !verb.equals("deletecollection")).toList()
                : VERBS;
    }

    private static void subresources(ArrayNode items, ResourceType type) {
        // Built-in subresources stand in alphabetical order, custom ones do not.
        if (type.custom() && type.status()) {
            resource(items, type, type.plural() + "/status", type.kind(), CHANGES);
        }
        if (type.scale() != null) {
            resource(items, type, type.plural() + "/scale", "Scale", CHANGES)
                    .put("group", "autoscaling")
                    .put("version", "v1");
        }
        if (!type.custom() && type.status()) {
            resource(items, type, type.plural() + "/status", type.kind(), CHANGES);
        }
        if (type.shelf().equals("serviceaccounts")) {
            resource(items, type, type.plural() + "/token", "TokenRequest", List.of("create"))
                    .put("group", "authentication.k8s.io")
                    .put("version", "v1");
        }
    }

    private static final List<String> CHANGES = List.of("get", "patch", "update");

    private static ObjectNode resource(
            ArrayNode items, ResourceType type, String name, String kind, List<String> verbs) {
        var item = items.addObject();
        item.put("name", name).put("singularName", "").put("namespaced", type.namespaced());
        item.put("kind", kind);
        verbs.forEach(item.putArray("verbs")::add);
        return item;
    }
}
