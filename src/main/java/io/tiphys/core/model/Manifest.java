package io.tiphys.core.model;

import java.util.Map;

/// One resource as Git declares it.
///
/// @param object the whole tree, metadata included
/// @param origin the file that it comes from, for messages; empty if there is none
public record Manifest(Map<String, Object> object, String origin) {

    public GroupVersionKind type() {
        return GroupVersionKind.of(Json.string(object, "apiVersion"), Json.string(object, "kind"));
    }

    public ResourceKey key() {
        var type = type();
        return new ResourceKey(
                type.group(),
                type.kind(),
                Json.string(object, "metadata", "namespace"),
                Json.string(object, "metadata", "name"));
    }

    public Map<String, String> annotations() {
        return Json.strings(object, "metadata", "annotations");
    }
}
