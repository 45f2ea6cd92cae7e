package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rolls a Deployment from one ReplicaSet to the next within its surge and unavailability.
final class Deployments {

    private static final String SETS = "replicasets.apps";
    private static final String HASH = "pod-template-hash";
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String PROGRESSING = "Progressing";

    private final Workbench bench;

    Deployments(Workbench bench) {
        this.bench = bench;
    }

    void reconcile(Key key, ObjectNode deployment) {
        if (!Workbench.leaving(deployment)) {
            if (!Json.at(deployment, "spec", "paused").asBoolean()) {
                roll(key, deployment);
            } else {
                scaleOnly(deployment);
            }
        }
        var sets = bench.owned(deployment, SETS);
        var current = current(deployment, sets);
        bench.status(key, status -> status(key, deployment, sets, current, status));
    }

    private void roll(Key key, ObjectNode deployment) {
        var sets = bench.owned(deployment, SETS);
        if (current(deployment, sets) == null) {
            bench.create(SETS, newSet(deployment, sets));
            sets = bench.owned(deployment, SETS);
        }
        var current = current(deployment, sets);
        if (current == null) {
            return;
        }
        carryRevision(key, current, sets);
        var old = sets.stream().filter(set -> !set.equals(current)).toList();
        if (Json.text(deployment, "spec", "strategy", "type").equals("Recreate")) {
            old.forEach(set -> scale(set, 0));
            if (old.stream().allMatch(set -> pods(set) == 0)) {
                scale(current, replicas(deployment));
            }
        } else {
            rollGradually(deployment, current, old);
        }
        forgetOld(deployment, current, old);
    }

    private void rollGradually(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        var wanted = replicas(deployment);
        var rolling = Json.at(deployment, "spec", "strategy", "rollingUpdate");
        var surge = share(rolling.path("maxSurge"), wanted, true);
        var missing = share(rolling.path("maxUnavailable"), wanted, false);
        if (surge == 0 && missing == 0) {
            missing = 1;
        }
        var total = replicas(current) + old.stream().mapToInt(Deployments::replicas).sum();
        var room = Math.max(0, wanted + surge - total);
        var next = Math.min(wanted, replicas(current) + room);
        scale(current, next);
        var spare = available(current) - (wanted - missing);
        for (var set : old) {
            spare += available(set);
        }
        for (var set :
                old.stream().sorted(Comparator.comparingInt(Deployments::available)).toList()) {
            // Pods that are not available cost nothing to take away.
            var broken = Math.max(0, replicas(set) - available(set));
            var less = Math.min(replicas(set), broken + Math.max(0, spare));
            scale(set, replicas(set) - less);
            spare -= Math.max(0, less - broken);
        }
    }

    private void scaleOnly(ObjectNode deployment) {
        var current = current(deployment, bench.owned(deployment, SETS));
        if (current != null) {
            scale(current, replicas(deployment));
        }
    }

    /// A number, or a percentage of all: rounded up for surge, down for unavailability.
    private static int share(JsonNode value, int of, boolean up) {
        if (value.isInt()) {
            return value.asInt();
        }
        var text = value.asText("0%");
        if (!text.matches("\\d{1,4}%")) {
            return 0;
        }
        var percent = Integer.parseInt(text.substring(0, text.length() - 1));
        return up ? Math.ceilDiv(of * percent, 100) : of * percent / 100;
    }

    private static int replicas(ObjectNode object) {
        return Json.integer(object, 1, "spec", "replicas");
    }

    private static int available(ObjectNode set) {
        return Json.integer(set, 0, "status", "availableReplicas");
    }

    private static int pods(ObjectNode set) {
        return Json.integer(set, 0, "status", "replicas");
    }

    private void scale(ObjectNode set, int replicas) {
        if (replicas(set) != replicas) {
            bench.change(
                    Workbench.key(SETS, set),
                    object -> {
                        Json.child(object, "spec").put("replicas", replicas);
                        return object;
                    });
        }
    }

    private static @Nullable ObjectNode current(ObjectNode deployment, List<ObjectNode> sets) {
        var template = Json.at(deployment, "spec", "template");
        for (var set : sets) {
            var own = Json.at(set, "spec", "template").deepCopy();
            if (own.at("/metadata/labels") instanceof ObjectNode labels) {
                labels.remove(HASH);
            }
            if (own.equals(template)) {
                return set;
            }
        }
        return null;
    }

    private static ObjectNode newSet(ObjectNode deployment, List<ObjectNode> sets) {
        var template = Json.at(deployment, "spec", "template").deepCopy();
        var name = Json.text(deployment, "metadata", "name");
        var hash = Integer.toUnsignedString(template.toString().hashCode(), 36);
        while (taken(sets, name + "-" + hash)) {
            hash = Integer.toUnsignedString((hash + name).hashCode(), 36);
        }
        Json.child((ObjectNode) template, "metadata", "labels").put(HASH, hash);
        var set = Workbench.ownedBy(deployment, name + "-" + hash, null);
        var metadata = Json.child(set, "metadata");
        metadata.set("labels", template.at("/metadata/labels").deepCopy());
        var annotations = Json.child(metadata, "annotations");
        annotations.put(REVISION, Integer.toString(1 + lastRevision(sets)));
        var spec = Json.child(set, "spec");
        spec.put("replicas", 0);
        spec.set("selector", Json.at(deployment, "spec", "selector").deepCopy());
        Json.child(spec, "selector", "matchLabels").put(HASH, hash);
        spec.set("template", template);
        return set;
    }

    private static boolean taken(List<ObjectNode> sets, String name) {
        return sets.stream().anyMatch(set -> Json.text(set, "metadata", "name").equals(name));
    }

    private static int revision(ObjectNode set) {
        return Json.at(set, "metadata", "annotations", REVISION).asInt(0);
    }

    private static int lastRevision(List<ObjectNode> sets) {
        return sets.stream().mapToInt(Deployments::revision).max().orElse(0);
    }

    /// A rollback makes an old set the newest revision again.
    private void carryRevision(Key key, ObjectNode current, List<ObjectNode> sets) {
        var last = lastRevision(sets);
        var newest = revision(current) == last ? last : last + 1;
        var text = Integer.toString(newest);
        if (revision(current) != newest) {
            bench.change(Workbench.key(SETS, current), object -> withRevision(object, text));
        }
        bench.change(key, object -> withRevision(object, text));
    }

    private static ObjectNode withRevision(ObjectNode object, String revision) {
        Json.child(object, "metadata", "annotations").put(REVISION, revision);
        return object;
    }

    private void forgetOld(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        var keep = Json.integer(deployment, 10, "spec", "revisionHistoryLimit");
        if (available(current) < replicas(deployment)) {
            return;
        }
        old.stream()
                .filter(set -> replicas(set) == 0 && pods(set) == 0)
                .sorted(Comparator.comparingInt(Deployments::revision).reversed())
                .skip(keep)
                .forEach(set -> bench.delete(Workbench.key(SETS, set), Deletion.BACKGROUND));
    }

    private void status(
            Key key,
            ObjectNode deployment,
            List<ObjectNode> sets,
            @Nullable ObjectNode current,
            ObjectNode status) {
        var wanted = replicas(deployment);
        var total = sets.stream().mapToInt(Deployments::pods).sum();
        var ready = sets.stream().mapToInt(Deployments::available).sum();
        var updated = current == null ? 0 : pods(current);
        var progressed =
                updated != Json.integer(status, 0, "updatedReplicas")
                        || ready != Json.integer(status, 0, "availableReplicas")
                        || Json.integer(status, 0, "observedGeneration")
                                != Workbench.generation(deployment);
        status.put("observedGeneration", Workbench.generation(deployment));
        Workbench.count(status, "replicas", total);
        Workbench.count(status, "updatedReplicas", updated);
        Workbench.count(status, "readyReplicas", ready);
        Workbench.count(status, "availableReplicas", ready);
        Workbench.count(
                status, "unavailableReplicas", Math.max(0, Math.max(wanted, total) - ready));
        var rolling = Json.at(deployment, "spec", "strategy", "rollingUpdate");
        var enough = ready >= wanted - share(rolling.path("maxUnavailable"), wanted, false);
        bench.condition(
                status,
                "Available",
                enough,
                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                enough
                        ? "Deployment has minimum availability."
                        : "Deployment does not have minimum availability.");
        var done = updated == wanted && total == wanted && ready == wanted;
        progress(key, deployment, status, done, progressed, current);
    }

    private void progress(
            Key key,
            ObjectNode deployment,
            ObjectNode status,
            boolean done,
            boolean progressed,
            @Nullable ObjectNode current) {
        if (Json.at(deployment, "spec", "paused").asBoolean()) {
            bench.condition(status, PROGRESSING, false, "DeploymentPaused", "Deployment is paused");
            condition(status).put("status", "Unknown");
            return;
        }
        var set = current == null ? "" : Json.text(current, "metadata", "name");
        if (done) {
            bench.condition(
                    status,
                    PROGRESSING,
                    true,
                    "NewReplicaSetAvailable",
                    "ReplicaSet \"%s\" has successfully progressed.".formatted(set));
            touch(status, progressed);
            return;
        }
        var deadline =
                Duration.ofSeconds(
                        Json.integer(deployment, 600, "spec", "progressDeadlineSeconds"));
        if (progressed || !condition(status).hasNonNull("lastUpdateTime")) {
            bench.condition(
                    status,
                    PROGRESSING,
                    true,
                    "ReplicaSetUpdated",
                    "ReplicaSet \"%s\" is progressing.".formatted(set));
            touch(status, true);
            bench.later(key, deadline.plusSeconds(1));
            return;
        }
        var since = Instant.parse(Json.text(condition(status), "lastUpdateTime"));
        if (bench.now().isAfter(since.plus(deadline))) {
            bench.condition(
                    status,
                    PROGRESSING,
                    false,
                    "ProgressDeadlineExceeded",
                    "ReplicaSet \"%s\" has timed out progressing.".formatted(set));
        }
    }

    private void touch(ObjectNode status, boolean progressed) {
        var condition = condition(status);
        if (progressed || !condition.hasNonNull("lastUpdateTime")) {
            condition.put("lastUpdateTime", bench.timestamp());
        }
        for (var other : Json.objects(status.path("conditions"))) {
            Json.putIfAbsent(other, "lastUpdateTime", bench.timestamp());
        }
    }

    private static ObjectNode condition(ObjectNode status) {
        for (var condition : Json.objects(status.path("conditions"))) {
            if (Json.text(condition, "type").equals(PROGRESSING)) {
                return condition;
            }
        }
        return Json.object();
    }
}
