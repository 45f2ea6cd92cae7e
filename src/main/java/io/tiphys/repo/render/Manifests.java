package io.tiphys.repo.render;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes manifests of what a file holds or a tool prints, the same for every tool.
final class Manifests {

    private Manifests() {}

    /// The items of lists are manifests; empty objects are none.
    ///
    /// @param origin the file or tool that the documents come from, for messages
    /// @throws ManifestFailure if a document is no object with apiVersion, kind and name
    static List<Manifest> of(String origin, List<Object> documents) {
        var manifests = new ArrayList<Manifest>();
        documents.forEach(document -> add(document, origin, manifests));
        return manifests;
    }

    private static void add(Object document, String origin, List<Manifest> manifests) {
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
