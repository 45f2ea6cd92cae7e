package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.Comparator;

/// Keeps as many pods as a ReplicaSet asks for.
final class ReplicaSets {

    private final Workbench bench;

    ReplicaSets(Workbench bench) {
        this.bench = bench;
    }

    void reconcile(Key key, ObjectNode set) {
        if (!Workbench.leaving(set)) {
            keepCount(set);
        }
        var pods = bench.owned(set, Workbench.PODS).stream().filter(Pods::active).toList();
        var ready = (int) pods.stream().filter(Pods::ready).count();
        bench.status(
                key,
                status -> {
                    status.put("replicas", pods.size());
                    status.put("observedGeneration", Workbench.generation(set));
                    Workbench.count(status, "fullyLabeledReplicas", pods.size());
                    Workbench.count(status, "readyReplicas", ready);
                    Workbench.count(status, "availableReplicas", ready);
                });
    }

    private void keepCount(ObjectNode set) {
        var pods = bench.owned(set, Workbench.PODS).stream().filter(Pods::active).toList();
        var wanted = Json.integer(set, 1, "spec", "replicas");
        for (int i = pods.size(); i < wanted; i++) {
            var name = Json.text(set, "metadata", "name") + "-";
            bench.create(
                    Workbench.PODS, Workbench.ownedBy(set, name, Json.at(set, "spec", "template")));
        }
        pods.stream()
                .sorted(Comparator.comparing(Pods::ready))
                .limit(Math.max(0, pods.size() - wanted))
                .forEach(
                        pod ->
                                bench.delete(
                                        Workbench.key(Workbench.PODS, pod), Deletion.BACKGROUND));
    }
}
