package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.storage.Change;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Selector;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.List;
import java.util.stream.Collectors;

/// Gathers into a ClusterRole with an `aggregationRule` the rules of those that it selects.
final class Aggregation {

    static final String ROLES = "clusterroles.rbac.authorization.k8s.io";

    private final Workbench bench;

    Aggregation(Workbench bench) {
        this.bench = bench;
    }

    /// Any role may be selected by any that aggregates.
    List<Key> interested(Change change) {
        return change.after().key().shelf().equals(ROLES)
                ? roles().stream()
                        .filter(role -> role.tree().hasNonNull("aggregationRule"))
                        .map(Stored::key)
                        .toList()
                : List.of();
    }

    private List<Stored> roles() {
        return bench.store().list(ROLES, "").objects();
    }

    void reconcile(Key key, ObjectNode role) {
        var selectors = Json.at(role, "aggregationRule", "clusterRoleSelectors");
        if (selectors.isEmpty()) {
            return;
        }
        var rules = Json.array();
        for (var other : roles()) {
            if (!other.key().equals(key) && selected(selectors, other)) {
                for (var rule : other.tree().path("rules")) {
                    if (!contains(rules, rule)) {
                        rules.add(rule);
                    }
                }
            }
        }
        if (!rules.equals(role.path("rules"))) {
            bench.change(key, present -> present.set("rules", rules));
        }
    }

    private static boolean selected(JsonNode selectors, Stored role) {
        for (var selector : selectors) {
            var labels =
                    selector.path("matchLabels").properties().stream()
                            .map(label -> label.getKey() + "=" + label.getValue().asText())
                            .collect(Collectors.joining(","));
            if (Selector.parse(labels, "", "").matches(role)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(JsonNode rules, JsonNode rule) {
        for (var present : rules) {
            if (present.equals(rule)) {
                return true;
            }
        }
        return false;
    }
}
