package io.tiphys.dev.sandbox.http;

import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.List;

/// What a resource path points at: a collection where the name is empty.
record Target(ResourceType type, String namespace, String name, String subresource) {

    /// @param path the segments after the group and version
    static Target of(Catalog catalog, String apiVersion, List<String> path) {
        var inNamespace =
                path.size() > 2
                        && path.get(0).equals("namespaces")
                        && !List.of("status", "finalize").contains(path.get(2));
        var rest = inNamespace ? path.subList(2, path.size()) : path;
        var namespace = inNamespace ? path.get(1) : "";
        var type = catalog.find(apiVersion, rest.getFirst());
        if (type == null || rest.size() > 3 || (inNamespace && !type.namespaced())) {
            throw Refusal.notServed();
        }
        var target =
                new Target(
                        type,
                        namespace,
                        rest.size() > 1 ? rest.get(1) : "",
                        rest.size() > 2 ? rest.get(2) : "");
        if (type.namespaced() && namespace.isEmpty() && !target.isCollection()) {
            throw Refusal.notServed();
        }
        return target;
    }

    boolean isCollection() {
        return name.isEmpty();
    }
}
