package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// What makes an object itself: its kind, name, uid, revision and generation, which the server
/// keeps and a writer may only confirm.
final class Identity {

    private Identity() {}

    static void checkTypeMeta(ResourceType type, ObjectNode body) {
        var apiVersion = Json.text(body, "apiVersion");
        var kind = Json.text(body, "kind");
        if (type.custom() && (kind.isEmpty() || apiVersion.isEmpty())) {
            throw Refusal.badRequest(
                    "the object provided is unrecognized (must be of type %s): Object '%s' is missing in '%s'"
                            .formatted(type.kind(), kind.isEmpty() ? "Kind" : "apiVersion", body));
        }
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
            throw otherKind(type, kind, Json.text(body, "metadata", "name"));
        }
    }

    private static Refusal otherKind(ResourceType type, String kind, String name) {
        return type.custom()
                ? Refusal.invalid(
                        new Refusal.Subject(type.group(), kind, name),
                        List.of(
                                Cause.invalid(
                                        "kind", "\"" + kind + "\"", "must be " + type.kind())))
                : Refusal.badRequest(
                        "%s in version \"%s\" cannot be handled as a %s: the kinds differ"
                                .formatted(kind, type.version(), type.kind()));
    }

    static void place(ResourceType type, String namespace, ObjectNode metadata) {
        var given = Json.text(metadata, "namespace");
        if (type.namespaced()) {
            if (!given.isEmpty() && !given.equals(namespace)) {
                throw Refusal.badRequest(
                        "the namespace of the provided object does not match the namespace sent on"
                                + " the request");
            }
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
    }

    static void checkName(String wanted, JsonNode metadata) {
        var name = Json.text(metadata, "name");
        if (name.isEmpty()) {
            throw Refusal.badRequest(
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(wanted));
        }
        if (!name.equals(wanted)) {
            throw Refusal.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(name, wanted));
        }
    }

    static void checkRevision(ResourceType type, @Nullable ObjectNode live, JsonNode metadata) {
        var wanted = Json.text(metadata, "resourceVersion");
        var present = live == null ? "" : Json.text(live, "metadata", "resourceVersion");
        if (!wanted.chars().allMatch(Character::isDigit)) {
            throw Refusal.failure(
                    "strconv.ParseUint: parsing \"%s\": invalid syntax".formatted(wanted));
        }
        if (!wanted.isEmpty() && !wanted.equals(present)) {
            throw Refusal.conflict(
                    type.subject(Json.text(metadata, "name")),
                    "the object has been modified; please apply your changes to the latest version"
                            + " and try again");
        }
    }

    /// Unlike an update's uid, a patch's is no precondition but a change.
    static void checkPatchedUid(ResourceType type, ObjectNode live, JsonNode metadata) {
        var uid = Json.text(metadata, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(live, "metadata", "uid"))) {
            throw Refusal.invalid(
                    type.kindSubject(Json.text(metadata, "name")),
                    List.of(
                            Cause.invalid(
                                    "metadata.uid", "\"" + uid + "\"", "field is immutable")));
        }
    }

    static void checkVersionGiven(ResourceType type, JsonNode metadata) {
        if (type.updatesByVersion() && Json.text(metadata, "resourceVersion").isEmpty()) {
            throw Refusal.invalid(
                    type.subject(Json.text(metadata, "name")),
                    List.of(
                            Cause.invalid(
                                    "metadata.resourceVersion",
                                    "0",
                                    "must be specified for an update")));
        }
    }

    static void checkUid(ResourceType type, @Nullable ObjectNode live, JsonNode metadata) {
        var wanted = Json.text(metadata, "uid");
        var present = live == null ? "" : Json.text(live, "metadata", "uid");
        if (live != null && !wanted.isEmpty() && !wanted.equals(present)) {
            throw Refusal.conflict(
                    type.subject(Json.text(metadata, "name")),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(wanted, present));
        }
    }

    /// What only the server writes: a writer may repeat it, but not change it.
    static void checkKept(ObjectNode live, JsonNode metadata, List<Cause> causes) {
        for (var field : List.of("deletionTimestamp", "deletionGracePeriodSeconds")) {
            var given = metadata.path(field);
            if (!given.isMissingNode()
                    && !given.isNull()
                    && !given.equals(Json.at(live, "metadata", field))) {
                causes.add(
                        Cause.invalid("metadata." + field, given.toString(), "field is immutable"));
            }
        }
    }

    static void keep(@Nullable ObjectNode live, ObjectNode next, String now) {
        var metadata = Json.child(next, "metadata");
        if (live == null) {
            metadata.put("uid", uid());
            metadata.put("creationTimestamp", now);
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
                        "generateName",
                        "selfLink")) {
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

    static String suffix() {
        var letters = "bcdfghjklmnpqrstvwxz2456789";
        var suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(letters.charAt(ThreadLocalRandom.current().nextInt(letters.length())));
        }
        return suffix.toString();
    }

    static void dropEmpty(ObjectNode object) {
        var metadata = Json.child(object, "metadata");
        for (var field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
            if (metadata.has(field) && metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        }
    }

    static void countGeneration(ResourceType type, @Nullable ObjectNode live, ObjectNode next) {
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
}
