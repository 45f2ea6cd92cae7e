package io.tiphys.dev.sandbox.http;

import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;

/// A stored object as a reader wants it.
final class Views {

    private Views() {}

    /// In the asked version: the versions of a custom kind differ in nothing but their name.
    static byte[] in(ResourceType type, Stored object) {
        return object.apiVersion().equals(type.apiVersion())
                ? object.json()
                : Json.bytes(object.tree().put("apiVersion", type.apiVersion()));
    }

    static byte[] metadataOnly(Stored object) {
        var node = Json.object().put("kind", "PartialObjectMetadata");
        node.put("apiVersion", "meta.k8s.io/v1").set("metadata", object.tree().path("metadata"));
        return Json.bytes(node);
    }
}
