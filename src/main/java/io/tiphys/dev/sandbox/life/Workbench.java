package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.registry.Write;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the controllers share: reading, writing, and being called again later.
final class Workbench {

    static final String ANNOTATIONS = "sandbox.tiphys.io/";
    static final String PODS = "pods";

    private final Catalog catalog;
    private final Store store;
    private final Registry registry;
    private final InstantSource clock;
    private final BiConsumer<Key, Duration> later;

    Workbench(
            Catalog catalog,
            Store store,
            Registry registry,
            InstantSource clock,
            BiConsumer<Key, Duration> later) {
        this.catalog = catalog;
        this.store = store;
        this.registry = registry;
        this.clock = clock;
        this.later = later;
    }

    Instant now() {
        return clock.instant();
    }

    String timestamp() {
        return now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    void later(Key key, Duration delay) {
        later.accept(key, delay);
    }

    @Nullable ObjectNode read(Key key) {
        var found = store.get(key);
        return found == null ? null : found.tree();
    }

    Store store() {
        return store;
    }

    ResourceType type(Key key) {
        return catalog.onShelf(key.shelf()).orElseThrow();
    }

    @Nullable Key ownerKey(String namespace, JsonNode owner) {
        var type = catalog.ofKind(Json.text(owner, "apiVersion"), Json.text(owner, "kind"));
        return type == null
                ? null
                : new Key(
                        type.shelf(), type.namespaced() ? namespace : "", Json.text(owner, "name"));
    }

    /// What an object owns on a shelf, the oldest first.
    List<ObjectNode> owned(ObjectNode owner, String shelf) {
        return store.dependentsOf(uid(owner)).stream()
                .filter(object -> object.key().shelf().equals(shelf))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .map(Stored::tree)
                .toList();
    }

    void create(String shelf, ObjectNode object) {
        var type = catalog.onShelf(shelf).orElseThrow();
        var namespace = Json.text(object, "metadata", "namespace");
        registry.create(type, namespace, object, Write.by("kube-controller-manager", ""));
    }

    void change(Key key, UnaryOperator<ObjectNode> change) {
        registry.change(type(key), key, Write.by("kube-controller-manager", ""), change);
    }

    /// Changes what nobody can change through the front door: bindings and finalizers.
    void changeInside(Key key, UnaryOperator<ObjectNode> change) {
        registry.change(type(key), key, Write.by("kube-controller-manager", "binding"), change);
    }

    void status(Key key, Consumer<ObjectNode> change) {
        var manager = key.shelf().equals(PODS) ? "kubelet" : "kube-controller-manager";
        registry.change(
                type(key),
                key,
                Write.by(manager, "status"),
                object -> {
                    change.accept(Json.child(object, "status"));
                    return object;
                });
    }

    void delete(Key key, Deletion deletion) {
        if (store.get(key) != null) {
            registry.delete(type(key), key.namespace(), key.name(), deletion);
        }
    }

    static Key key(String shelf, ObjectNode object) {
        return new Key(
                shelf,
                Json.text(object, "metadata", "namespace"),
                Json.text(object, "metadata", "name"));
    }

    static String uid(ObjectNode object) {
        return Json.text(object, "metadata", "uid");
    }

    static boolean leaving(ObjectNode object) {
        return Json.at(object, "metadata", "deletionTimestamp").isTextual();
    }

    static int generation(ObjectNode object) {
        return Json.integer(object, 0, "metadata", "generation");
    }

    static String annotation(ObjectNode object, String name) {
        return Json.text(object, "metadata", "annotations", ANNOTATIONS + name);
    }

    /// A new object that belongs to its owner, from the owner's template if it has one.
    static ObjectNode ownedBy(ObjectNode owner, String name, @Nullable JsonNode template) {
        var object = Json.object();
        var metadata = Json.child(object, "metadata");
        if (template != null) {
            metadata.setAll(Json.child((ObjectNode) template.deepCopy(), "metadata"));
            object.set("spec", template.path("spec").deepCopy());
        }
        metadata.remove(List.of("creationTimestamp", "name"));
        metadata.put(name.endsWith("-") ? "generateName" : "name", name);
        metadata.put("namespace", Json.text(owner, "metadata", "namespace"));
        for (var annotation : Json.at(owner, "metadata", "annotations").properties()) {
            if (annotation.getKey().startsWith(ANNOTATIONS)) {
                var annotations = Json.child(metadata, "annotations");
                Json.putIfAbsent(annotations, annotation.getKey(), annotation.getValue().asText());
            }
        }
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", Json.text(owner, "apiVersion"))
                .put("kind", Json.text(owner, "kind"))
                .put("name", Json.text(owner, "metadata", "name"))
                .put("uid", uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return object;
    }

    /// Sets a condition; its transition time moves only when it changes its status.
    void condition(ObjectNode status, String type, boolean is, String reason, String message) {
        var value = is ? "True" : "False";
        var conditions = Json.list(status, "conditions");
        ObjectNode found = null;
        for (var condition : Json.objects(conditions)) {
            if (Json.text(condition, "type").equals(type)) {
                found = condition;
            }
        }
        var condition = found == null ? conditions.addObject().put("type", type) : found;
        if (!Json.text(condition, "status").equals(value)) {
            condition.put("status", value).put("lastTransitionTime", timestamp());
        }
        if (!reason.isEmpty()) {
            condition.put("reason", reason).put("message", message);
        } else {
            condition.remove(List.of("reason", "message"));
        }
    }

    /// Zero counts are left out, as the API does.
    static void count(ObjectNode status, String field, int count) {
        if (count == 0) {
            status.remove(field);
        } else {
            status.put(field, count);
        }
    }
}
