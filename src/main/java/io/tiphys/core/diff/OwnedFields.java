package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Which fields of a live object our manager applied, from the object's `managedFields`: trees of
/// `f:<field>`, `k:<keys of a list's item>` and `v:<value of a set>`, as server-side apply records.
final class OwnedFields {

    private static final String MANAGER = "argocd-controller";

    private OwnedFields() {}

    static Map<String, Object> of(Map<String, Object> live) {
        for (var entry : Json.array(live, "metadata", "managedFields")) {
            if (Json.string(entry, "manager").equals(MANAGER)
                    && Json.string(entry, "operation").equals("Apply")
                    && Json.string(entry, "subresource").isEmpty()) {
                return Json.object(entry, "fieldsV1");
            }
        }
        return Map.of();
    }

    static Map<String, Object> field(Map<String, Object> owned, String name) {
        return Json.object(owned, "f:" + name);
    }

    /// The names of the keys by which a list merges; empty if it does not merge by keys, or is not
    /// owned.
    static Set<String> listKeys(Map<String, Object> owned) {
        for (var name : owned.keySet()) {
            if (name.startsWith("k:")) {
                return keyOf(name).keySet();
            }
        }
        return Set.of();
    }

    static boolean isSet(Map<String, Object> owned) {
        return owned.keySet().stream().anyMatch(name -> name.startsWith("v:"));
    }

    /// What is owned of the list's item that has the same keys as the given one.
    static Map<String, Object> item(Map<String, Object> owned, Object item) {
        for (var entry : owned.entrySet()) {
            if (entry.getKey().startsWith("k:")
                    && keyOf(entry.getKey()).entrySet().stream()
                            .allMatch(
                                    key ->
                                            String.valueOf(key.getValue())
                                                    .equals(
                                                            String.valueOf(
                                                                    Json.at(
                                                                            item,
                                                                            key.getKey()))))) {
                return Json.object(entry.getValue());
            }
        }
        return Map.of();
    }

    /// Reads `k:{"containerPort":80,"protocol":"TCP"}`: a flat JSON object of scalars.
    static Map<String, Object> keyOf(String name) {
        return FlatJson.object(name.substring(2));
    }

    /// Reads `v:"text"` or `v:5`.
    static Object valueOf(String name) {
        var values = new LinkedHashMap<String, Object>();
        values.putAll(FlatJson.object("{\"value\":" + name.substring(2) + "}"));
        return values.getOrDefault("value", "");
    }
}
