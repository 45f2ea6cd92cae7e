package io.tiphys.dev.sandbox;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.registry.Write;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.List;

/// What every cluster has before anybody asks for anything.
final class FirstObjects {

    private FirstObjects() {}

    static void make(Catalog catalog, Store store, Registry registry) {
        for (var namespace : List.of("default", "kube-system", "kube-public")) {
            make(catalog, store, registry, Namespace.class, namespace);
        }
        make(catalog, store, registry, Node.class, "sandbox");
    }

    private static void make(
            Catalog catalog,
            Store store,
            Registry registry,
            Class<? extends HasMetadata> model,
            String name) {
        var type = catalog.builtIn(model);
        if (store.get(new Key(type.shelf(), "", name)) == null) {
            var object = Json.object();
            Json.child(object, "metadata").put("name", name);
            registry.create(type, "", object, Write.by("kube-apiserver", ""));
        }
    }
}
