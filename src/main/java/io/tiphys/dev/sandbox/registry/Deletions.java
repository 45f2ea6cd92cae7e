package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.registry.Registry.Outcome;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/// Deletes an object at once, or marks it where finalizers, dependents or a running pod hold it.
final class Deletions {

    private static final String NAMESPACES = "namespaces";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final Set<String> SYSTEM_NAMESPACES =
            Set.of("default", "kube-system", "kube-public");

    private final Ledger ledger;
    private final InstantSource clock;

    Deletions(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    Outcome delete(ResourceType type, Stored present, Deletion deletion) {
        var key = present.key();
        var live = present.tree();
        checkPreconditions(type, live, deletion);
        if (key.shelf().equals(NAMESPACES) && SYSTEM_NAMESPACES.contains(key.name())) {
            throw Refusal.forbidden(type.subject(key.name()), "this namespace may not be deleted");
        }
        return deleteLive(type, key, present, live, deletion);
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
            return new Outcome(ledger.remove(key, live, deletion.dryRun()), false, true);
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
            return new Outcome(present, false, false);
        }
        return new Outcome(ledger.put(key, live, deletion.dryRun()), false, false);
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
        var byKind = type.kindSubject(Json.text(metadata, "name"));
        if (!deletion.uid().isEmpty() && !deletion.uid().equals(uid)) {
            throw Refusal.conflict(
                    byKind, mismatch("UID", deletion.uid(), uid) + "deleted and then recreated");
        }
        if (!deletion.revision().isEmpty() && !deletion.revision().equals(revision)) {
            throw Refusal.conflict(
                    byKind,
                    mismatch("ResourceVersion", deletion.revision(), revision) + "modified");
        }
    }

    private static String mismatch(String what, String wanted, String found) {
        return "the %s in the precondition (%s) does not match the %s in record (%s). The object might have been "
                .formatted(what, wanted, what, found);
    }
}
