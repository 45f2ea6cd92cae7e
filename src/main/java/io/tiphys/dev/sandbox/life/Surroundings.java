package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.storage.Change;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.ArrayList;
import java.util.List;

/// Gives Services their endpoints, load balancers and ingresses an address, and claims a volume.
final class Surroundings {

    private static final String SERVICES = "services";
    private static final String ENDPOINTS = "endpoints";

    private final Workbench bench;

    Surroundings(Workbench bench) {
        this.bench = bench;
    }

    /// The Services whose endpoints a change of a pod may touch.
    List<Key> interested(Change change) {
        var pod = change.after();
        if (!pod.key().shelf().equals(Workbench.PODS)) {
            return List.of();
        }
        var services = new ArrayList<Key>();
        for (var service : bench.store().list(SERVICES, pod.key().namespace()).objects()) {
            services.add(service.key());
        }
        return services;
    }

    void reconcile(Key key, ObjectNode object) {
        if (Workbench.leaving(object)) {
            return;
        }
        switch (key.shelf()) {
            case SERVICES -> {
                if (Json.text(object, "spec", "type").equals("LoadBalancer")) {
                    bench.status(key, Surroundings::giveAddress);
                }
                if (!Json.at(object, "spec", "selector").isEmpty()) {
                    endpoints(key, object);
                }
            }
            case "ingresses.networking.k8s.io" -> bench.status(key, Surroundings::giveAddress);
            case "persistentvolumeclaims" -> bench.status(key, status -> bind(object, status));
            default -> {}
        }
    }

    private static void giveAddress(ObjectNode status) {
        var balancer = Json.child(status, "loadBalancer");
        if (balancer.path("ingress").isEmpty()) {
            balancer.putArray("ingress").addObject().put("ip", "127.0.0.1");
        }
    }

    private static void bind(ObjectNode claim, ObjectNode status) {
        status.put("phase", "Bound");
        status.set("accessModes", Json.at(claim, "spec", "accessModes").deepCopy());
        status.set("capacity", Json.at(claim, "spec", "resources", "requests").deepCopy());
    }

    private void endpoints(Key key, ObjectNode service) {
        var subset = Json.object();
        var selector = Json.at(service, "spec", "selector");
        for (var pod : bench.store().list(Workbench.PODS, key.namespace()).objects()) {
            if (selects(selector, pod) && Pods.active(pod.tree())) {
                address(pod, subset);
            }
        }
        if (!subset.isEmpty()) {
            for (var port : Json.at(service, "spec", "ports")) {
                var target = port.path("targetPort");
                var node = Json.list(subset, "ports").addObject();
                node.set("port", target.isInt() ? target : port.path("port"));
                node.set("protocol", port.path("protocol"));
                if (port.has("name")) {
                    node.set("name", port.path("name"));
                }
            }
        }
        write(new Key(ENDPOINTS, key.namespace(), key.name()), subset);
    }

    private static boolean selects(JsonNode selector, Stored pod) {
        for (var term : selector.properties()) {
            if (!term.getValue().asText().equals(pod.labels().get(term.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static void address(Stored pod, ObjectNode subset) {
        var tree = pod.tree();
        var list = Pods.ready(tree) ? "addresses" : "notReadyAddresses";
        var address = Json.list(subset, list).addObject();
        address.put("ip", Json.at(tree, "status", "podIP").asText("127.0.0.1"));
        address.put("nodeName", "sandbox");
        address.putObject("targetRef")
                .put("kind", "Pod")
                .put("namespace", pod.key().namespace())
                .put("name", pod.key().name())
                .put("uid", pod.uid());
    }

    private void write(Key key, ObjectNode subset) {
        var subsets = Json.array();
        if (!subset.isEmpty()) {
            subsets.add(subset);
        }
        if (bench.read(key) == null) {
            var object = Json.object();
            Json.child(object, "metadata")
                    .put("name", key.name())
                    .put("namespace", key.namespace());
            object.set("subsets", subsets);
            bench.create(ENDPOINTS, object);
        } else {
            bench.change(
                    key,
                    object -> {
                        object.set("subsets", subsets);
                        return object;
                    });
        }
    }
}
