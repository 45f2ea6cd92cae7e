package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.wire.Json;

/// Keeps the pods of StatefulSets (numbered, one after the other, each with its claims) and of
/// DaemonSets (one, on the one node).
final class NumberedSets {

    private static final String HASH = "controller-revision-hash";

    private final Workbench bench;

    NumberedSets(Workbench bench) {
        this.bench = bench;
    }

    void reconcileStateful(Key key, ObjectNode set) {
        var hash = hash(set);
        var wanted = Json.integer(set, 1, "spec", "replicas");
        if (!Workbench.leaving(set)) {
            arrangePods(key, set, hash, wanted);
        }
        var pods = bench.owned(set, Workbench.PODS).stream().filter(Pods::active).toList();
        var ready = (int) pods.stream().filter(Pods::ready).count();
        var updated = (int) pods.stream().filter(pod -> has(pod, hash)).count();
        bench.status(
                key,
                status -> {
                    status.put("observedGeneration", Workbench.generation(set));
                    status.put("replicas", pods.size());
                    Workbench.count(status, "readyReplicas", ready);
                    status.put("availableReplicas", ready);
                    Workbench.count(status, "updatedReplicas", updated);
                    status.put("updateRevision", hash);
                    if ((updated == wanted && ready == wanted) || !status.has("currentRevision")) {
                        status.put("currentRevision", hash);
                    }
                    var current = Json.text(status, "currentRevision");
                    var same = (int) pods.stream().filter(pod -> has(pod, current)).count();
                    Workbench.count(status, "currentReplicas", same);
                    status.put("collisionCount", 0);
                });
    }

    /// One step at a time where the set is ordered: the next pod comes once the last is ready.
    private void arrangePods(Key key, ObjectNode set, String hash, int wanted) {
        var ordered = !Json.text(set, "spec", "podManagementPolicy").equals("Parallel");
        for (int i = 0; i < wanted; i++) {
            var name = key.name() + "-" + i;
            var pod = bench.read(new Key(Workbench.PODS, key.namespace(), name));
            if (pod == null) {
                claims(set, name);
                var made = Workbench.ownedBy(set, name, Json.at(set, "spec", "template"));
                var labels = Json.child(made, "metadata", "labels");
                labels.put(HASH, hash).put("statefulset.kubernetes.io/pod-name", name);
                labels.put("apps.kubernetes.io/pod-index", Integer.toString(i));
                mountClaims(set, made, name);
                bench.create(Workbench.PODS, made);
            }
            if (ordered && (pod == null || !Pods.ready(pod))) {
                break;
            }
        }
        for (int i = wanted; bench.read(pod(key, i)) != null; i++) {
            bench.delete(pod(key, i), Deletion.BACKGROUND);
        }
        if (Json.text(set, "spec", "updateStrategy", "type").equals("RollingUpdate")) {
            replaceOutdated(key, set, hash, wanted);
        }
    }

    private static Key pod(Key set, int number) {
        return new Key(Workbench.PODS, set.namespace(), set.name() + "-" + number);
    }

    private void replaceOutdated(Key key, ObjectNode set, String hash, int wanted) {
        var partition =
                Json.integer(set, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
        for (int i = wanted - 1; i >= partition; i--) {
            var pod = bench.read(pod(key, i));
            if (pod == null) {
                return;
            }
            if (!has(pod, hash)) {
                bench.delete(pod(key, i), Deletion.BACKGROUND);
                return;
            }
            if (!Pods.ready(pod)) {
                return;
            }
        }
    }

    private void claims(ObjectNode set, String pod) {
        for (var template : Json.objects(Json.at(set, "spec", "volumeClaimTemplates"))) {
            var namespace = Json.text(set, "metadata", "namespace");
            var name = Json.text(template, "metadata", "name") + "-" + pod;
            if (bench.read(new Key("persistentvolumeclaims", namespace, name)) == null) {
                var claim = Json.object();
                claim.set("spec", template.path("spec").deepCopy());
                var metadata = Json.child(claim, "metadata");
                metadata.put("name", name).put("namespace", namespace);
                metadata.set("labels", Json.at(set, "spec", "selector", "matchLabels").deepCopy());
                bench.create("persistentvolumeclaims", claim);
            }
        }
    }

    private static void mountClaims(ObjectNode set, ObjectNode pod, String name) {
        for (var template : Json.objects(Json.at(set, "spec", "volumeClaimTemplates"))) {
            var volume = Json.text(template, "metadata", "name");
            Json.list(Json.child(pod, "spec"), "volumes")
                    .addObject()
                    .put("name", volume)
                    .putObject("persistentVolumeClaim")
                    .put("claimName", volume + "-" + name);
        }
    }

    void reconcileDaemon(Key key, ObjectNode set) {
        var hash = hash(set);
        if (!Workbench.leaving(set)) {
            var pods = bench.owned(set, Workbench.PODS);
            pods.stream()
                    .filter(pod -> Pods.active(pod) && !has(pod, hash))
                    .forEach(pod -> bench.delete(key(pod), Deletion.BACKGROUND));
            if (pods.stream().noneMatch(Pods::active)) {
                var template = Json.at(set, "spec", "template");
                var made = Workbench.ownedBy(set, key.name() + "-", template);
                Json.child(made, "metadata", "labels").put(HASH, hash);
                bench.create(Workbench.PODS, made);
            }
        }
        var pods = bench.owned(set, Workbench.PODS).stream().filter(Pods::active).toList();
        var ready = (int) pods.stream().filter(Pods::ready).count();
        var updated = (int) pods.stream().filter(pod -> has(pod, hash)).count();
        bench.status(
                key,
                status -> {
                    status.put("observedGeneration", Workbench.generation(set));
                    status.put("desiredNumberScheduled", 1);
                    status.put("currentNumberScheduled", pods.size());
                    status.put("numberMisscheduled", 0);
                    status.put("numberReady", ready);
                    Workbench.count(status, "numberAvailable", ready);
                    Workbench.count(status, "numberUnavailable", 1 - Math.min(1, ready));
                    Workbench.count(status, "updatedNumberScheduled", updated);
                });
    }

    private static Key key(ObjectNode pod) {
        return Workbench.key(Workbench.PODS, pod);
    }

    private static boolean has(ObjectNode pod, String hash) {
        return Json.text(pod, "metadata", "labels", HASH).equals(hash);
    }

    private static String hash(ObjectNode set) {
        var template = Json.at(set, "spec", "template").toString();
        var name = Json.text(set, "metadata", "name");
        return name + "-" + Integer.toUnsignedString(template.hashCode(), 36);
    }
}
