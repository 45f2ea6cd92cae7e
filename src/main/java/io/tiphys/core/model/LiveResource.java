package io.tiphys.core.model;

import java.util.Map;

/// One resource as a cluster holds it, the whole tree.
public record LiveResource(ResourceKey key, Map<String, Object> object) {

    public static LiveResource of(Map<String, Object> object) {
        return new LiveResource(new Manifest(object, "").key(), object);
    }

    public GroupVersionKind type() {
        return GroupVersionKind.of(Json.string(object, "apiVersion"), key.kind());
    }

    public String resourceVersion() {
        return Json.string(object, "metadata", "resourceVersion");
    }

    public Map<String, String> annotations() {
        return Json.strings(object, "metadata", "annotations");
    }

    /// Made for one sync, and no part of what the Application is.
    public boolean isHook() {
        return annotations().containsKey(Annotations.HOOK)
                || annotations().containsKey(Annotations.HELM_HOOK);
    }

    public boolean beingDeleted() {
        return !Json.string(object, "metadata", "deletionTimestamp").isEmpty();
    }
}
