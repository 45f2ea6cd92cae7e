package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.wire.Json;

/// Takes away what nobody owns any more, and lets go of what waits for its dependents: the
/// garbage collector, and the end of namespaces and CRDs.
final class Collector {

    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final String INSTANCES = "customresourcecleanup.apiextensions.k8s.io";

    private final Workbench bench;

    Collector(Workbench bench) {
        this.bench = bench;
    }

    void reconcile(Key key, ObjectNode object) {
        if (Workbench.leaving(object)) {
            if (holds(object, ORPHAN)) {
                orphan(key, object);
            } else if (holds(object, FOREGROUND)) {
                foreground(key, object);
            }
        } else if (!Json.at(object, "metadata", "ownerReferences").isEmpty()) {
            checkOwners(key, object);
        }
    }

    private static boolean holds(ObjectNode object, String finalizer) {
        return Json.texts(Json.at(object, "metadata", "finalizers")).contains(finalizer);
    }

    private void letGo(Key key, String finalizer) {
        bench.changeInside(
                key,
                object -> {
                    Json.removeIf(
                            Json.at(object, "metadata", "finalizers"),
                            item -> item.asText().equals(finalizer));
                    return object;
                });
    }

    private void orphan(Key key, ObjectNode owner) {
        for (var dependent : bench.store().dependentsOf(Workbench.uid(owner))) {
            dropOwner(dependent.key(), Workbench.uid(owner));
        }
        letGo(key, ORPHAN);
    }

    private void dropOwner(Key key, String uid) {
        bench.changeInside(
                key,
                object -> {
                    Json.removeIf(
                            Json.at(object, "metadata", "ownerReferences"),
                            owner -> Json.text(owner, "uid").equals(uid));
                    return object;
                });
    }

    private void foreground(Key key, ObjectNode owner) {
        var uid = Workbench.uid(owner);
        boolean blocked = false;
        for (var dependent : bench.store().dependentsOf(uid)) {
            if (!dependent.leaving()) {
                bench.delete(dependent.key(), new Deletion("Foreground", "", "", -1, false));
            }
            blocked |= bench.read(dependent.key()) != null && blocks(dependent.tree(), uid);
        }
        if (!blocked) {
            letGo(key, FOREGROUND);
        }
    }

    private static boolean blocks(ObjectNode dependent, String uid) {
        for (var owner : Json.at(dependent, "metadata", "ownerReferences")) {
            if (Json.text(owner, "uid").equals(uid)) {
                return owner.path("blockOwnerDeletion").asBoolean();
            }
        }
        return false;
    }

    private void checkOwners(Key key, ObjectNode object) {
        boolean owned = false;
        for (var owner : Json.at(object, "metadata", "ownerReferences")) {
            owned |= exists(key.namespace(), owner);
        }
        if (!owned) {
            bench.delete(key, Deletion.BACKGROUND);
            return;
        }
        for (var owner : Json.at(object, "metadata", "ownerReferences")) {
            if (!exists(key.namespace(), owner)) {
                dropOwner(key, Json.text(owner, "uid"));
            }
        }
    }

    private boolean exists(String namespace, JsonNode owner) {
        var key = bench.ownerKey(namespace, owner);
        var found = key == null ? null : bench.store().get(key);
        return found != null && found.uid().equals(Json.text(owner, "uid"));
    }

    /// A new namespace gets what every namespace has; a leaving one is emptied and let go.
    void namespace(Key key, ObjectNode namespace) {
        if (!Workbench.leaving(namespace)) {
            furnish(key.name(), "serviceaccounts", "default");
            furnish(key.name(), "configmaps", "kube-root-ca.crt");
            return;
        }
        for (var object : bench.store().inNamespace(key.name())) {
            if (!object.leaving()) {
                bench.delete(object.key(), new Deletion("Background", "", "", 0, false));
            }
        }
        if (bench.store().inNamespace(key.name()).isEmpty()) {
            bench.changeInside(
                    key,
                    object -> {
                        Json.child(object, "spec").remove("finalizers");
                        return object;
                    });
        }
    }

    private void furnish(String namespace, String shelf, String name) {
        if (bench.read(new Key(shelf, namespace, name)) == null) {
            var object = Json.object();
            Json.child(object, "metadata").put("name", name).put("namespace", namespace);
            if (shelf.equals("configmaps")) {
                Json.child(object, "data").put("ca.crt", "");
            }
            bench.create(shelf, object);
        }
    }

    /// A leaving CRD takes its objects along.
    void definition(Key key, ObjectNode crd) {
        if (!Workbench.leaving(crd)) {
            if (!holds(crd, INSTANCES)) {
                bench.changeInside(
                        key,
                        object -> {
                            Json.list(Json.child(object, "metadata"), "finalizers").add(INSTANCES);
                            return object;
                        });
            }
            return;
        }
        for (var object : bench.store().list(key.name(), "").objects()) {
            if (!object.leaving()) {
                bench.delete(object.key(), Deletion.BACKGROUND);
            }
        }
        if (bench.store().list(key.name(), "").objects().isEmpty()) {
            letGo(key, INSTANCES);
        }
    }
}
