package io.tiphys.repo.render;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.Map;

/// Takes documents for manifests, whatever tool made them.
final class Manifests {

    private Manifests() {}

    /// Adds what a document declares: nothing if it is empty, and the items of a list.
    ///
    /// @param origin the file that it comes from, for messages
    /// @throws ManifestFailure if it cannot be a manifest
    static void add(Object document, String origin, List<Manifest> manifests) {
        if (!(document instanceof Map<?, ?>)) {
            throw new ManifestFailure(origin + ": a manifest must be an object");
        }
        var object = Json.object(document);
        if (object.isEmpty()) {
            return;
        }
        var kind = Json.string(object, "kind");
        if (kind.isEmpty() || Json.string(object, "apiVersion").isEmpty()) {
            throw new ManifestFailure(origin + ": a manifest needs apiVersion and kind");
        }
        if (kind.endsWith("List") && object.get("items") instanceof List<?> items) {
            for (var item : items) {
                add(item == null ? Map.of() : item, origin, manifests);
            }
            return;
        }
        if (Json.string(object, "metadata", "name").isEmpty()
                && Json.string(object, "metadata", "generateName").isEmpty()) {
            throw new ManifestFailure(origin + ": a " + kind + " has no metadata.name");
        }
        manifests.add(new Manifest(object, origin));
    }
}
