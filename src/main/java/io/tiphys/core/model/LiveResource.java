package io.tiphys.core.model;

import java.util.List;
import java.util.Map;

/// One resource as a cluster holds it, the whole tree.
public record LiveResource(ResourceKey key, Map<String, Object> object) {

    /// Argo CD's: keeps a hook that was deleted until somebody has read how it ended.
    public static final String HOOK_FINALIZER = "argocd.argoproj.io/hook-finalizer";

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

    public List<String> finalizers() {
        return Json.array(object, "metadata", "finalizers").stream().map(String::valueOf).toList();
    }

    /// Whether it says how it ended even while it is being deleted.
    public boolean isKeptForItsResult() {
        return finalizers().contains(HOOK_FINALIZER);
    }
}
