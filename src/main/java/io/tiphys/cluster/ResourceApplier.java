package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import java.util.LinkedHashMap;
import java.util.Map;

/// Changes a cluster to what is declared, one resource at a time. The cache knows what was written
/// before the call returns.
public final class ResourceApplier {

    private final KubernetesApi api;
    private final ResourceTypes types;
    private final ClusterCache cache;

    ResourceApplier(KubernetesApi api, ResourceTypes types, ClusterCache cache) {
        this.api = api;
        this.types = types;
        this.cache = cache;
    }

    /// Makes the resource as declared.
    ///
    /// @return the resource as the API server holds it now
    /// @throws ApiFailure with the API server's own words if it refuses
    public LiveResource apply(Manifest manifest) {
        var type = typeOf(manifest);
        var written = api.apply(type.path(manifest.key()), manifest.object(), false);
        cache.watch(type);
        cache.written(written);
        return LiveResource.of(written);
    }

    /// What the resource would be if it were applied. Nothing changes.
    public LiveResource dryRun(Manifest manifest) {
        return LiveResource.of(
                api.apply(typeOf(manifest).path(manifest.key()), manifest.object(), true));
    }

    /// The resource with all notes on who owns which fields, which the cache does not hold.
    ///
    /// @throws ApiFailure if it cannot be read
    public LiveResource whole(LiveResource resource) {
        return LiveResource.of(api.get(path(resource)));
    }

    /// Makes a namespace if it is missing.
    public void createNamespace(String name) {
        if (cache.exists(new ResourceKey("", "Namespace", "", name))) {
            return;
        }
        try {
            cache.written(
                    api.create(
                            "/api/v1/namespaces",
                            Map.of(
                                    "apiVersion",
                                    "v1",
                                    "kind",
                                    "Namespace",
                                    "metadata",
                                    Map.of("name", name))));
        } catch (ApiFailure failure) {
            if (!failure.conflict()) {
                throw failure;
            }
        }
    }

    /// Deletes the resource and what it owns. One that is gone already is no failure.
    public void delete(LiveResource resource) {
        try {
            var answer = api.delete(path(resource), "Foreground");
            if (!Json.string(answer, "metadata", "deletionTimestamp").isEmpty()) {
                cache.leaving(answer);
            }
        } catch (ApiFailure failure) {
            if (!failure.notFound()) {
                throw failure;
            }
        }
    }

    /// Lets a hook go if it is being deleted: nobody needs its result any more. One that changed
    /// meanwhile stays as it is: the watch tells of the change, and whoever sees it asks again.
    public void release(LiveResource hook) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("resourceVersion", hook.resourceVersion());
        metadata.put(
                "finalizers",
                hook.finalizers().stream()
                        .filter(it -> !it.equals(LiveResource.HOOK_FINALIZER))
                        .toList());
        try {
            cache.leaving(
                    api.mergePatch(
                            path(hook) + "?fieldManager=" + KubernetesApi.FIELD_MANAGER,
                            Map.of("metadata", metadata)));
        } catch (ApiFailure failure) {
            if (!failure.notFound() && !failure.conflict()) {
                throw failure;
            }
        }
    }

    private String path(LiveResource resource) {
        return types.find(resource.type())
                .orElseThrow(() -> unknown(resource.type().toString()))
                .path(resource.key());
    }

    private ResourceType typeOf(Manifest manifest) {
        return types.find(manifest.type()).orElseThrow(() -> unknown(manifest.type().toString()));
    }

    private static ApiFailure unknown(String type) {
        return new ApiFailure(
                404, "The cluster does not know the kind " + type + ": is its CRD installed?");
    }
}
