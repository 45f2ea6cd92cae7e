package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives Services their cluster addresses and node ports.
final class Addresses {

    private static final int FIRST_NODE_PORT = 30_000;

    private final Store store;
    private int next;

    Addresses(Store store) {
        this.store = store;
    }

    void assign(ResourceType type, @Nullable ObjectNode live, ObjectNode service) {
        if (!type.shelf().equals("services")) {
            return;
        }
        var spec = Json.child(service, "spec");
        var kind = Json.text(spec, "type");
        if (kind.equals("ExternalName")) {
            return;
        }
        if (live != null && !spec.has("clusterIP") && live.at("/spec/clusterIP").isTextual()) {
            spec.put("clusterIP", Json.text(live, "spec", "clusterIP"));
        }
        if (!spec.has("clusterIP") || Json.text(spec, "clusterIP").isEmpty()) {
            spec.put("clusterIP", freeAddress());
        }
        if (live != null
                && !spec.path("clusterIP").equals(live.at("/spec/clusterIP"))
                && spec.path("clusterIPs").equals(live.at("/spec/clusterIPs"))) {
            spec.remove("clusterIPs");
        }
        if (spec.path("clusterIPs").isEmpty()) {
            spec.putArray("clusterIPs").add(Json.text(spec, "clusterIP"));
        }
        if (Set.of("NodePort", "LoadBalancer").contains(kind)) {
            nodePorts(live, spec);
        }
    }

    private String freeAddress() {
        var taken = new HashSet<String>();
        if (next >= 65_000) {
            for (var service : store.list("services", "").objects()) {
                taken.add(Json.text(service.tree(), "spec", "clusterIP"));
            }
        }
        String address;
        do {
            next = next % 65_000 + 1;
            address = "10.96.%d.%d".formatted(next / 250, next % 250 + 1);
        } while (taken.contains(address));
        return address;
    }

    private static void nodePorts(@Nullable ObjectNode live, ObjectNode spec) {
        for (var port : Json.objects(spec.path("ports"))) {
            if (port.hasNonNull("nodePort")) {
                continue;
            }
            var before = live == null ? 0 : nodePort(live, port);
            port.put(
                    "nodePort",
                    before > 0
                            ? before
                            : FIRST_NODE_PORT
                                    + Math.floorMod(
                                            31 * Json.text(spec, "clusterIP").hashCode()
                                                    + Json.integer(port, 0, "port"),
                                            2768));
        }
    }

    private static int nodePort(ObjectNode live, ObjectNode port) {
        for (var present : live.at("/spec/ports")) {
            if (present.path("port").equals(port.path("port"))) {
                return Json.integer(present, 0, "nodePort");
            }
        }
        return 0;
    }
}
