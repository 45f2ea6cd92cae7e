package io.tiphys.dev.sandbox;

import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.registry.Write;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/// What every cluster has before anybody asks for anything.
final class FirstObjects {

    private FirstObjects() {}

    static void make(Catalog catalog, Store store, Registry registry) {
        for (var namespace : List.of("default", "kube-system", "kube-public")) {
            make(catalog, store, registry, "Namespace", namespace);
        }
        make(catalog, store, registry, "Node", "sandbox");
    }

    /// The roles that a real cluster begins with, as far as they are about what is served here.
    static void makeRoles(Catalog catalog, Store store, Registry registry) {
        try (var roles = FirstObjects.class.getResourceAsStream("/dev/sandbox-roles.yaml")) {
            if (roles == null) {
                throw new IllegalStateException("The build lacks the sandbox's roles");
            }
            for (var role :
                    Json.objects(Json.foreignObject(roles.readAllBytes(), true).path("items"))) {
                var type = catalog.ofKind(Json.text(role, "apiVersion"), Json.text(role, "kind"));
                if (type == null) {
                    throw new IllegalStateException("Not served: " + role);
                }
                var name = Json.text(role, "metadata", "name");
                if (store.get(new Key(type.shelf(), "", name)) == null) {
                    registry.create(type, "", role, Write.by("kube-apiserver", ""));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(
            Catalog catalog, Store store, Registry registry, String kind, String name) {
        var type = Objects.requireNonNull(catalog.ofKind("v1", kind));
        if (store.get(new Key(type.shelf(), "", name)) == null) {
            var object = Json.object();
            Json.child(object, "metadata").put("name", name);
            registry.create(type, "", object, Write.by("kube-apiserver", ""));
        }
    }
}
