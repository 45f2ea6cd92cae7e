package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/// A stored object as a reader wants it.
final class Views {

    private Views() {}

    /// In the asked version: the versions of a custom kind differ in nothing but their name.
    static byte[] in(ResourceType type, Stored object) {
        return object.apiVersion().equals(type.apiVersion())
                ? object.json()
                : Json.bytes(object.tree().put("apiVersion", type.apiVersion()));
    }

    /// What of an object goes with its row in a table.
    static @Nullable JsonNode inRow(String include, ResourceType type, Stored object) {
        return switch (include) {
            case "None" -> null;
            case "Object" -> Json.own(in(type, object));
            default -> Json.own(metadataOnly(object));
        };
    }

    static byte[] metadataOnly(Stored object) {
        var node = Json.object().put("kind", "PartialObjectMetadata");
        node.put("apiVersion", "meta.k8s.io/v1").set("metadata", object.tree().path("metadata"));
        return Json.bytes(node);
    }
}
