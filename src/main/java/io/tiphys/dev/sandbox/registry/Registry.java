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
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The verbs that write. Each takes the store's lock for its whole length (well under a
/// millisecond), so that what it checked still holds when it writes.
public final class Registry {

    /// What a write left.
    ///
    /// @param created whether the write made the object
    /// @param removed whether the write took it away
    public record Outcome(Stored object, boolean created, boolean removed) {}

    private static final String NAMESPACES = "namespaces";

    private final Catalog catalog;
    private final Store store;
    private final InstantSource clock;
    private final Addresses addresses;
    private final Ledger ledger;
    private final Deletions deletions;

    public Registry(Catalog catalog, Store store, InstantSource clock) {
        this.catalog = catalog;
        this.store = store;
        this.clock = clock;
        this.addresses = new Addresses(store);
        this.ledger = new Ledger(catalog, store);
        this.deletions = new Deletions(ledger, clock);
        ledger.serveCustomKinds();
    }

    public Stored get(ResourceType type, String namespace, String name) {
        var found = store.get(new Key(type.shelf(), namespace, name));
        if (found != null) {
            return found;
        }
        throw Refusal.notFound(type.subject(name));
    }

    public Outcome create(ResourceType type, String namespace, ObjectNode body, Write write) {
        Identity.checkTypeMeta(type, body);
        var metadata = Json.child(body, "metadata");
        Identity.place(type, namespace, metadata);
        if (Json.text(metadata, "name").isEmpty() && metadata.hasNonNull("generateName")) {
            metadata.put("name", Json.text(metadata, "generateName") + Identity.suffix());
        }
        if (metadata.hasNonNull("resourceVersion")
                && !Json.text(metadata, "resourceVersion").isEmpty()) {
            throw Refusal.failure("resourceVersion should not be set on objects to be created");
        }
        return store.together(
                () -> {
                    var name = Json.text(metadata, "name");
                    var key = new Key(type.shelf(), namespace, name);
                    return save(type, key, null, body, write, false);
                });
    }

    public Outcome replace(
            ResourceType type, String namespace, String name, ObjectNode body, Write write) {
        Identity.checkTypeMeta(type, body);
        var metadata = Json.child(body, "metadata");
        Identity.place(type, namespace, metadata);
        Identity.checkName(name, metadata);
        return store.together(
                () -> {
                    var key = new Key(type.shelf(), namespace, name);
                    var live = get(type, namespace, name).tree();
                    Identity.checkVersionGiven(type, metadata);
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
                    checkPatched(type, next, write);
                    var metadata = Json.child(next, "metadata");
                    Identity.checkName(name, metadata);
                    Identity.place(type, namespace, metadata);
                    Identity.checkPatchedUid(type, live, metadata);
                    return save(type, key, live, next, write, false);
                });
    }

    /// What a patch left must be an object of the kind: otherwise it is the patch that is at fault.
    private static void checkPatched(ResourceType type, ObjectNode next, Write write) {
        try {
            Identity.checkTypeMeta(type, next);
            var read = next.deepCopy();
            var unknown = Conformance.prune(read, type.schema());
            Rules.checkShape(type, read);
            if (write.strict() && !unknown.isEmpty()) {
                throw Refusal.badRequest("strict decoding error: " + quoted(unknown));
            }
        } catch (Refusal refusal) {
            throw Refusal.invalid(
                    new Refusal.Subject("", "", ""),
                    List.of(
                            Cause.invalid(
                                    "patch",
                                    "\"" + next + "\"",
                                    String.valueOf(refusal.getMessage()))));
        }
    }

    private static String quoted(List<String> unknown) {
        return unknown.stream()
                .map(field -> "unknown field \"" + field + "\"")
                .collect(Collectors.joining(", "));
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
        if (Json.text(config, "apiVersion").isEmpty() || Json.text(config, "kind").isEmpty()) {
            throw Refusal.badRequest(
                    "invalid object type: /%s, Kind=%s"
                            .formatted(Json.text(config, "apiVersion"), Json.text(config, "kind")));
        }
        Identity.checkTypeMeta(type, config);
        var metadata = Json.child(config, "metadata");
        Identity.place(type, namespace, metadata.deepCopy());
        Identity.checkName(name, metadata);
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
                    if (live == null && !Json.text(metadata, "uid").isEmpty()) {
                        throw Refusal.conflict(
                                type.subject(name),
                                "uid mismatch: the provided object specified uid %s, and no existing object was found"
                                        .formatted(Json.text(metadata, "uid")));
                    }
                    Identity.checkRevision(type, live, metadata);
                    Identity.checkUid(type, live, metadata);
                    metadata.remove(List.of("resourceVersion", "uid", "managedFields"));
                    if (type.status() && write.subresource().equals("status")) {
                        config.retain("apiVersion", "kind", "metadata", "status");
                    }
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
                    Identity.place(type, namespace, Json.child(next, "metadata"));
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
            Identity.checkRevision(type, live, metadata);
            Identity.checkUid(type, live, metadata);
        }
        var next = throughTheDoor(type, live, sent, write);
        reportUnknown(type, Conformance.prune(next, type.schema()), write);
        Rules.checkShape(type, next);
        var causes = new ArrayList<Cause>();
        if (live != null && write.subresource().isEmpty()) {
            Identity.checkKept(live, Json.child(next, "metadata"), causes);
        }
        Identity.keep(live, next, now());
        if (write.subresource().isEmpty()) {
            Rules.fillDefaults(type, next);
            if (live == null) {
                FirstState.fill(type, next);
            }
            addresses.assign(type, live, next);
        }
        Identity.dropEmpty(next);
        write.gate().check(type, live, next);
        Rules.check(type, live, next, causes);
        if (live == null) {
            checkNamespace(key);
            if (store.get(key) != null) {
                throw Refusal.alreadyExists(type.subject(key.name()));
            }
        }
        Identity.countGeneration(type, live, next);
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

    private static void reportUnknown(ResourceType type, List<String> unknown, Write write) {
        if (unknown.isEmpty()) {
            return;
        }
        if (write.strict()) {
            throw Refusal.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: strict decoding error: %s"
                            .formatted(type.kind(), type.version(), type.kind(), quoted(unknown)));
        }
        unknown.forEach(field -> write.warnings().add("unknown field \"" + field + "\""));
    }

    private Outcome settle(Key key, @Nullable ObjectNode live, ObjectNode next, Write write) {
        if (live != null && live.equals(next)) {
            var present = store.get(key);
            if (present != null) {
                return new Outcome(present, false, false);
            }
        }
        if (live != null) {
            var free = Json.at(next, "metadata", "finalizers").isEmpty();
            var leaving = Json.at(live, "metadata", "deletionTimestamp").isTextual();
            var graceful = Json.integer(live, 0, "metadata", "deletionGracePeriodSeconds") > 0;
            var heldBySpec =
                    key.shelf().equals(NAMESPACES) && !next.at("/spec/finalizers").isEmpty();
            if (leaving && free && !graceful && !heldBySpec) {
                return new Outcome(ledger.remove(key, next, write.dryRun()), false, true);
            }
        }
        return new Outcome(ledger.put(key, next, write.dryRun()), live == null, false);
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
        if (namespace.leaving()) {
            throw Refusal.forbidden(
                    catalog.onShelf(key.shelf()).orElseThrow().subject(key.name()),
                    "unable to create new content in namespace %s because it is being terminated"
                            .formatted(key.namespace()),
                    List.of(
                            new Cause(
                                    "NamespaceTerminating",
                                    "namespace %s is being terminated".formatted(key.namespace()),
                                    "metadata.namespace")));
        }
    }

    /// Deletes, or marks for deletion where something holds the object.
    public Outcome delete(ResourceType type, String namespace, String name, Deletion deletion) {
        return store.together(() -> deletions.delete(type, get(type, namespace, name), deletion));
    }
}
