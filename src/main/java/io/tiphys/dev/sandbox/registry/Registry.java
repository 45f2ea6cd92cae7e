package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.apply.ManagedFields;
import io.tiphys.dev.sandbox.apply.Patches;
import io.tiphys.dev.sandbox.apply.StrategicMerge;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.kinds.Rules;
import io.tiphys.dev.sandbox.schema.Conformance;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The verbs that write. Each takes the store's lock for its whole length (well under a
/// millisecond), so that what it checked still holds when it writes.
public final class Registry {

    /// What a write left.
    ///
    /// @param created whether the write made the object
    public record Outcome(Stored object, boolean created) {}

    private static final String NAMESPACES = "namespaces";
    private static final String CRDS = "customresourcedefinitions.apiextensions.k8s.io";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final Set<String> SYSTEM_NAMESPACES =
            Set.of("default", "kube-system", "kube-public");

    private final Catalog catalog;
    private final Store store;
    private final InstantSource clock;
    private final Addresses addresses;

    public Registry(Catalog catalog, Store store, InstantSource clock) {
        this.catalog = catalog;
        this.store = store;
        this.clock = clock;
        this.addresses = new Addresses(store);
        serveCustomKinds();
    }

    public Stored get(ResourceType type, String namespace, String name) {
        var found = store.get(new Key(type.shelf(), namespace, name));
        if (found != null) {
            return found;
        }
        throw Refusal.notFound(type.subject(name));
    }

    public Outcome create(ResourceType type, String namespace, ObjectNode body, Write write) {
        checkTypeMeta(type, body);
        var metadata = Json.child(body, "metadata");
        place(type, namespace, metadata);
        if (Json.text(metadata, "name").isEmpty() && metadata.hasNonNull("generateName")) {
            metadata.put("name", Json.text(metadata, "generateName") + suffix());
        }
        if (metadata.hasNonNull("resourceVersion")
                && !Json.text(metadata, "resourceVersion").isEmpty()) {
            throw Refusal.badRequest("resourceVersion should not be set on objects to be created");
        }
        return store.together(
                () -> {
                    var name = Json.text(metadata, "name");
                    var key = new Key(type.shelf(), namespace, name);
                    if (store.get(key) != null) {
                        throw Refusal.alreadyExists(type.subject(name));
                    }
                    return save(type, key, null, body, write, false);
                });
    }

    public Outcome replace(
            ResourceType type, String namespace, String name, ObjectNode body, Write write) {
        checkTypeMeta(type, body);
        var metadata = Json.child(body, "metadata");
        place(type, namespace, metadata);
        if (!Json.text(metadata, "name").equals(name)) {
            throw Refusal.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(Json.text(metadata, "name"), name));
        }
        return store.together(
                () -> {
                    var key = new Key(type.shelf(), namespace, name);
                    var live = get(type, namespace, name).tree();
                    return save(type, key, live, body, write, false);
                });
    }

    /// Changes an object as it stands, for the sandbox's own controllers.
    ///
    /// @return null where it is gone
    public @Nullable Stored change(
            ResourceType type, Key key, Write write, UnaryOperator<ObjectNode> change) {
        return store.<@Nullable Stored>together(
                () -> {
                    var present = store.get(key);
                    if (present == null) {
                        return null;
                    }
                    var live = present.tree();
                    var next = change.apply(live.deepCopy());
                    return save(type, key, live, next, write, false).object();
                });
    }

    public Outcome patch(
            ResourceType type, String namespace, String name, Patch patch, Write write) {
        if (patch.form() == Patch.Form.APPLY) {
            return apply(type, namespace, name, patch.body(), write);
        }
        if (patch.form() == Patch.Form.STRATEGIC && type.custom()) {
            throw Refusal.plain(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json-patch+json,"
                            + " application/merge-patch+json, application/apply-patch+yaml");
        }
        return store.together(
                () -> {
                    var key = new Key(type.shelf(), namespace, name);
                    var live = get(type, namespace, name).tree();
                    live.put("apiVersion", type.apiVersion());
                    var next = patched(type, live.deepCopy(), patch);
                    checkTypeMeta(type, next);
                    var sameName = Json.text(next, "metadata", "name").equals(name);
                    var sameSpace = Json.text(next, "metadata", "namespace").equals(namespace);
                    if (!sameName || !sameSpace) {
                        throw Refusal.badRequest(
                                "a patch may not change metadata.name or metadata.namespace");
                    }
                    return save(type, key, live, next, write, false);
                });
    }

    private static ObjectNode patched(ResourceType type, ObjectNode target, Patch patch) {
        if (patch.form() == Patch.Form.JSON) {
            return Patches.json(target, patch.body());
        }
        if (!(patch.body() instanceof ObjectNode body)) {
            throw Refusal.badRequest("the patch must be an object");
        }
        if (patch.form() == Patch.Form.MERGE) {
            Patches.merge(target, body);
        } else {
            StrategicMerge.patch(target, body, type.schema());
        }
        return target;
    }

    private Outcome apply(
            ResourceType type, String namespace, String name, JsonNode body, Write write) {
        if (!(body instanceof ObjectNode config)) {
            throw Refusal.badRequest("the applied configuration must be an object");
        }
        checkTypeMeta(type, config);
        var metadata = Json.child(config, "metadata");
        place(type, namespace, metadata);
        if (!Json.text(metadata, "name").equals(name)) {
            throw Refusal.badRequest(
                    "metadata.name (%s) does not match the name on the URL (%s)"
                            .formatted(Json.text(metadata, "name"), name));
        }
        if (!metadata.path("managedFields").isEmpty()) {
            throw Refusal.badRequest("metadata.managedFields must be nil");
        }
        dropNulls(config);
        return store.together(
                () -> {
                    var key = new Key(type.shelf(), namespace, name);
                    var present = store.get(key);
                    if (present == null && !write.subresource().isEmpty()) {
                        throw Refusal.notFound(type.subject(name));
                    }
                    var live = present == null ? null : present.tree();
                    checkRevision(type, live, metadata);
                    checkUid(type, live, metadata);
                    metadata.remove(List.of("resourceVersion", "uid", "managedFields"));
                    Rules.checkShape(type, config);
                    if (live != null) {
                        live.put("apiVersion", type.apiVersion());
                    }
                    var next =
                            ManagedFields.apply(
                                    live,
                                    config,
                                    type.schema(),
                                    writer(type, write),
                                    write.force());
                    return save(type, key, live, next, write, true);
                });
    }

    private static void dropNulls(JsonNode node) {
        Json.removeIf(node, JsonNode::isNull);
        node.forEach(Registry::dropNulls);
    }

    /// As a server writes it: what it is first, then the rest.
    private static ObjectNode ordered(ResourceType type, ObjectNode object) {
        var ordered = Json.object();
        ordered.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        ordered.set("metadata", object.path("metadata"));
        object.properties().forEach(field -> ordered.putIfAbsent(field.getKey(), field.getValue()));
        return ordered;
    }

    /// From what was sent to what is stored.
    private Outcome save(
            ResourceType type,
            Key key,
            @Nullable ObjectNode live,
            ObjectNode sent,
            Write write,
            boolean applied) {
        var metadata = Json.child(sent, "metadata");
        if (!applied) {
            checkRevision(type, live, metadata);
            checkUid(type, live, metadata);
        }
        var next = throughTheDoor(type, live, sent, write);
        reportUnknown(Conformance.prune(next, type.schema()), write);
        Rules.checkShape(type, next);
        ownMetadata(live, next);
        if (write.subresource().isEmpty()) {
            Rules.fillDefaults(type, next);
            if (live == null) {
                FirstState.fill(type, next);
            }
            addresses.assign(type, live, next);
        }
        canonicalMetadata(next);
        Rules.check(type, live, next);
        if (live == null) {
            checkNamespace(key);
        }
        countGeneration(type, live, next);
        if (!applied) {
            ManagedFields.update(live, next, type.schema(), writer(type, write));
        }
        return settle(key, live, ordered(type, next), write);
    }

    private ManagedFields.Writer writer(ResourceType type, Write write) {
        return new ManagedFields.Writer(
                write.manager(),
                type.apiVersion(),
                write.subresource(),
                now(),
                type.status(),
                type.custom());
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// The front door does not move status; the status door moves nothing else.
    private static ObjectNode throughTheDoor(
            ResourceType type, @Nullable ObjectNode live, ObjectNode sent, Write write) {
        if (write.subresource().equals("status") && live != null) {
            var next = live.deepCopy();
            if (sent.has("status")) {
                next.set("status", sent.get("status"));
            } else {
                next.remove("status");
            }
            var managed = Json.child(sent, "metadata").get("managedFields");
            if (managed != null) {
                Json.child(next, "metadata").set("managedFields", managed);
            }
            return next;
        }
        if (type.status() && write.subresource().isEmpty()) {
            if (live != null && type.shelf().equals(NAMESPACES)) {
                sent.set("spec", live.path("spec").deepCopy());
            }
            var status = live == null ? null : live.get("status");
            if (status == null) {
                sent.remove("status");
            } else {
                sent.set("status", status.deepCopy());
            }
        }
        return sent;
    }

    private static void reportUnknown(List<String> unknown, Write write) {
        if (unknown.isEmpty()) {
            return;
        }
        var quoted = unknown.stream().map(field -> "unknown field \"" + field + "\"").toList();
        if (write.strict()) {
            throw Refusal.badRequest("strict decoding error: " + String.join(", ", quoted));
        }
        write.warnings().addAll(quoted);
    }

    private void ownMetadata(@Nullable ObjectNode live, ObjectNode next) {
        var metadata = Json.child(next, "metadata");
        if (live == null) {
            metadata.put("uid", uid());
            metadata.put("creationTimestamp", now());
            metadata.remove(
                    List.of(
                            "generation",
                            "deletionTimestamp",
                            "deletionGracePeriodSeconds",
                            "selfLink"));
            return;
        }
        var present = live.path("metadata");
        for (var field :
                List.of(
                        "uid",
                        "creationTimestamp",
                        "generation",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "resourceVersion",
                        "generateName")) {
            if (present.has(field)) {
                metadata.set(field, present.get(field));
            } else {
                metadata.remove(field);
            }
        }
    }

    private static String uid() {
        var random = ThreadLocalRandom.current();
        return new UUID(
                        (random.nextLong() & ~0xf000L) | 0x4000L,
                        (random.nextLong() & ~(3L << 62)) | (1L << 63))
                .toString();
    }

    private static String suffix() {
        var letters = "bcdfghjklmnpqrstvwxz2456789";
        var suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(letters.charAt(ThreadLocalRandom.current().nextInt(letters.length())));
        }
        return suffix.toString();
    }

    private static void canonicalMetadata(ObjectNode object) {
        var metadata = Json.child(object, "metadata");
        for (var field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
            if (metadata.has(field) && metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        }
    }

    private static void countGeneration(
            ResourceType type, @Nullable ObjectNode live, ObjectNode next) {
        if (!type.counts()) {
            return;
        }
        var metadata = Json.child(next, "metadata");
        if (live == null) {
            metadata.put("generation", 1);
        } else if (!substance(type, live).equals(substance(type, next))) {
            var generation = Json.at(live, "metadata", "generation").asLong();
            metadata.set("generation", Json.number(generation + 1));
        }
    }

    private static ObjectNode substance(ResourceType type, ObjectNode object) {
        var rest = object.deepCopy();
        rest.remove(List.of("metadata", "apiVersion", "kind"));
        if (type.status()) {
            rest.remove("status");
        }
        return rest;
    }

    private Outcome settle(Key key, @Nullable ObjectNode live, ObjectNode next, Write write) {
        if (live != null && live.equals(next)) {
            var present = store.get(key);
            if (present != null) {
                return new Outcome(present, false);
            }
        }
        if (live != null) {
            var free = Json.at(next, "metadata", "finalizers").isEmpty();
            var leaving = Json.at(live, "metadata", "deletionTimestamp").isTextual();
            var graceful = Json.integer(live, 0, "metadata", "deletionGracePeriodSeconds") > 0;
            var heldBySpec =
                    key.shelf().equals(NAMESPACES) && !next.at("/spec/finalizers").isEmpty();
            if (leaving && free && !graceful && !heldBySpec) {
                return new Outcome(remove(key, next, write.dryRun()), false);
            }
        }
        if (write.dryRun()) {
            return new Outcome(Stored.of(key, store.revision(), next), live == null);
        }
        var stored = store.put(key, next);
        if (key.shelf().equals(CRDS)) {
            serveCustomKinds();
        }
        return new Outcome(stored, live == null);
    }

    private Stored remove(Key key, ObjectNode last, boolean dryRun) {
        if (dryRun) {
            return Stored.of(key, store.revision(), last);
        }
        var removed = store.remove(key, last);
        if (key.shelf().equals(CRDS)) {
            serveCustomKinds();
        }
        return removed;
    }

    private void serveCustomKinds() {
        catalog.serve(store.list(CRDS, "").objects().stream().map(Stored::tree).toList());
    }

    private static void checkTypeMeta(ResourceType type, ObjectNode body) {
        var apiVersion = Json.text(body, "apiVersion");
        var kind = Json.text(body, "kind");
        if (apiVersion.isEmpty()) {
            body.put("apiVersion", type.apiVersion());
        } else if (!apiVersion.equals(type.apiVersion())) {
            throw Refusal.badRequest(
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(apiVersion, type.apiVersion()));
        }
        if (kind.isEmpty()) {
            body.put("kind", type.kind());
        } else if (!kind.equals(type.kind())) {
            throw Refusal.badRequest(
                    "the kind in the data (%s) does not match the expected kind (%s)"
                            .formatted(kind, type.kind()));
        }
    }

    private static void place(ResourceType type, String namespace, ObjectNode metadata) {
        var given = Json.text(metadata, "namespace");
        if (type.namespaced()) {
            if (!given.isEmpty() && !given.equals(namespace)) {
                throw Refusal.badRequest(
                        "the namespace of the provided object does not match the namespace sent on"
                                + " the request");
            }
            metadata.put("namespace", namespace);
        } else if (!given.isEmpty()) {
            throw Refusal.badRequest("namespace is not allowed on a cluster-scoped object");
        }
    }

    private void checkNamespace(Key key) {
        if (key.namespace().isEmpty()) {
            return;
        }
        var subject = new Refusal.Subject("", NAMESPACES, key.namespace());
        var namespace = store.get(new Key(NAMESPACES, "", key.namespace()));
        if (namespace == null) {
            throw Refusal.notFound(subject);
        }
        if (namespace.tree().at("/metadata/deletionTimestamp").isTextual()) {
            throw Refusal.forbidden(
                    catalog.onShelf(key.shelf()).orElseThrow().subject(key.name()),
                    "unable to create new content in namespace %s because it is being terminated"
                            .formatted(key.namespace()));
        }
    }

    private static void checkRevision(
            ResourceType type, @Nullable ObjectNode live, JsonNode metadata) {
        var wanted = Json.text(metadata, "resourceVersion");
        var present = live == null ? "" : Json.text(live, "metadata", "resourceVersion");
        if (!wanted.isEmpty() && !wanted.equals(present)) {
            throw Refusal.conflict(
                    type.subject(Json.text(metadata, "name")),
                    "the object has been modified; please apply your changes to the latest version"
                            + " and try again");
        }
    }

    private static void checkUid(ResourceType type, @Nullable ObjectNode live, JsonNode metadata) {
        var wanted = Json.text(metadata, "uid");
        var present = live == null ? "" : Json.text(live, "metadata", "uid");
        if (live != null && !wanted.isEmpty() && !wanted.equals(present)) {
            throw Refusal.conflict(
                    type.subject(Json.text(metadata, "name")),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(wanted, present));
        }
    }

    /// Deletes, or marks for deletion where something holds the object.
    public Outcome delete(ResourceType type, String namespace, String name, Deletion deletion) {
        return store.together(
                () -> {
                    var key = new Key(type.shelf(), namespace, name);
                    var present = get(type, namespace, name);
                    var live = present.tree();
                    checkPreconditions(type, live, deletion);
                    if (key.shelf().equals(NAMESPACES) && SYSTEM_NAMESPACES.contains(name)) {
                        throw Refusal.forbidden(
                                type.subject(name), "this namespace may not be deleted");
                    }
                    return deleteLive(type, key, present, live, deletion);
                });
    }

    private Outcome deleteLive(
            ResourceType type, Key key, Stored present, ObjectNode live, Deletion deletion) {
        var metadata = Json.child(live, "metadata");
        var grace = graceSeconds(type, live, deletion);
        var before = metadata.deepCopy();
        holdForDependents(type, metadata, deletion.propagation());
        var held =
                !metadata.path("finalizers").isEmpty()
                        || (key.shelf().equals(NAMESPACES)
                                && !live.at("/spec/finalizers").isEmpty());
        if (!held && grace == 0) {
            return new Outcome(remove(key, live, deletion.dryRun()), false);
        }
        if (!metadata.has("deletionTimestamp")) {
            var end = clock.instant().plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS);
            metadata.put("deletionTimestamp", end.toString());
            if (type.counts()) {
                metadata.set("generation", Json.number(metadata.path("generation").asLong() + 1));
            }
        }
        metadata.put("deletionGracePeriodSeconds", grace);
        if (key.shelf().equals(NAMESPACES)) {
            Json.child(live, "status").put("phase", "Terminating");
        }
        if (before.equals(metadata)) {
            return new Outcome(present, false);
        }
        if (deletion.dryRun()) {
            return new Outcome(Stored.of(key, present.revision(), live), false);
        }
        var stored = store.put(key, live);
        if (key.shelf().equals(CRDS)) {
            serveCustomKinds();
        }
        return new Outcome(stored, false);
    }

    private static int graceSeconds(ResourceType type, ObjectNode live, Deletion deletion) {
        // Only a pod that was given to a node has something running to stop.
        if (!type.shelf().equals("pods") || Json.text(live, "spec", "nodeName").isEmpty()) {
            return 0;
        }
        return deletion.graceSeconds() >= 0
                ? deletion.graceSeconds()
                : Json.integer(live, 30, "spec", "terminationGracePeriodSeconds");
    }

    private static void holdForDependents(
            ResourceType type, ObjectNode metadata, String propagation) {
        var orphanByDefault = propagation.isEmpty() && type.shelf().equals("jobs.batch");
        var policy = orphanByDefault ? "Orphan" : propagation;
        var finalizer =
                policy.equals("Foreground") ? FOREGROUND : policy.equals("Orphan") ? ORPHAN : "";
        // Without a policy, the finalizers that the object already carries decide.
        if (!policy.isEmpty()) {
            Json.removeIf(
                    metadata.path("finalizers"),
                    item -> Set.of(FOREGROUND, ORPHAN).contains(item.asText()));
        }
        if (!finalizer.isEmpty()) {
            Json.list(metadata, "finalizers").add(finalizer);
        }
    }

    private static void checkPreconditions(ResourceType type, ObjectNode live, Deletion deletion) {
        var metadata = live.path("metadata");
        var uid = Json.text(metadata, "uid");
        var revision = Json.text(metadata, "resourceVersion");
        var name = Json.text(metadata, "name");
        if (!deletion.uid().isEmpty() && !deletion.uid().equals(uid)) {
            throw Refusal.conflict(
                    type.subject(name),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(deletion.uid(), uid));
        }
        if (!deletion.revision().isEmpty() && !deletion.revision().equals(revision)) {
            throw Refusal.conflict(
                    type.subject(name),
                    "Precondition failed: ResourceVersion in precondition: %s, ResourceVersion in object meta: %s"
                            .formatted(deletion.revision(), revision));
        }
    }
}
