package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.sync.ClientSideApply;
import io.tiphys.core.sync.SyncOptions.Propagation;
import io.tiphys.core.sync.Writing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Changes a cluster to what is declared, one resource at a time. The cache knows what was written
/// before the call returns.
public final class ResourceApplier {

    /// A write that meets others is made at most so often.
    private static final int ATTEMPTS = 5;

    /// The finalizers of what is to go are others' affair.
    private static final Duration GONE_WITHIN = Duration.ofSeconds(20);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

    private final KubernetesApi api;
    private final ResourceTypes types;
    private final ClusterCache cache;
    private final Duration goneWithin;

    ResourceApplier(KubernetesApi api, ResourceTypes types, ClusterCache cache) {
        this(api, types, cache, GONE_WITHIN);
    }

    /// @param goneWithin how long something that is made anew may take to go
    ResourceApplier(
            KubernetesApi api, ResourceTypes types, ClusterCache cache, Duration goneWithin) {
        this.api = api;
        this.types = types;
        this.cache = cache;
        this.goneWithin = goneWithin;
    }

    /// Makes the resource as declared, by server-side apply.
    ///
    /// @return the resource as the API server holds it now
    /// @throws ApiFailure with the API server's own words if it refuses
    public LiveResource apply(Manifest manifest) {
        return write(manifest, Writing.APPLIED);
    }

    /// Makes the resource as declared. A conflict with another write is tried again.
    ///
    /// @throws ApiFailure with the API server's own words if it refuses
    public LiveResource write(Manifest manifest, Writing how) {
        boolean exists = cache.exists(manifest.key());
        return switch (how.way()) {
            case APPLY -> apply(manifest, how);
            case APPLY_OR_RECREATE -> applyOrRecreate(manifest, how);
            case REPLACE -> exists ? replace(manifest, how) : apply(manifest, how);
            case RECREATE -> exists ? recreate(manifest, how) : apply(manifest, how);
        };
    }

    /// What the resource would be if it were applied. Nothing changes.
    public LiveResource dryRun(Manifest manifest) {
        return LiveResource.of(sendApply(manifest, KubernetesApi.writing(true, true)));
    }

    /// The resource with all notes on who owns which fields, which the cache does not hold.
    ///
    /// @throws ApiFailure if it cannot be read
    public LiveResource whole(LiveResource resource) {
        return LiveResource.of(api.get(path(resource)));
    }

    /// Asks whether [#write] would be refused. Nothing changes.
    ///
    /// @throws ApiFailure if so
    public void tryOut(Manifest manifest, Writing how) {
        boolean exists = cache.exists(manifest.key());
        switch (how.way()) {
            case APPLY -> sendApply(manifest, KubernetesApi.writing(how.strict(), true));
            case REPLACE -> {
                if (exists) {
                    var query = KubernetesApi.writing(how.strict(), true);
                    overConflicts(() -> sendReplacement(manifest, query));
                } else {
                    sendApply(manifest, KubernetesApi.writing(how.strict(), true));
                }
            }
            case APPLY_OR_RECREATE, RECREATE -> {
                if (exists) {
                    checkCreatable(manifest, how);
                } else {
                    sendApply(manifest, KubernetesApi.writing(how.strict(), true));
                }
            }
        }
    }

    private LiveResource apply(Manifest manifest, Writing how) {
        var query = KubernetesApi.writing(how.strict(), false);
        return written(manifest, overConflicts(() -> sendApply(manifest, query)));
    }

    private LiveResource replace(Manifest manifest, Writing how) {
        var query = KubernetesApi.writing(how.strict(), false);
        return written(manifest, overConflicts(() -> sendReplacement(manifest, query)));
    }

    private LiveResource applyOrRecreate(Manifest manifest, Writing how) {
        try {
            return apply(manifest, how);
        } catch (ApiFailure failure) {
            if (!failure.invalid() || !cache.exists(manifest.key())) {
                throw failure;
            }
            return recreate(manifest, how);
        }
    }

    /// What would not be taken afterwards is not deleted before.
    private LiveResource recreate(Manifest manifest, Writing how) {
        checkCreatable(manifest, how);
        var path = typeOf(manifest).path(manifest.key());
        try {
            api.delete(path, "Background");
        } catch (ApiFailure failure) {
            if (!failure.notFound()) {
                throw failure;
            }
        }
        awaitGone(path);
        return apply(manifest, how);
    }

    /// The API server looks at an object before it says that one of its name is there.
    private void checkCreatable(Manifest manifest, Writing how) {
        try {
            api.create(
                    typeOf(manifest).path(manifest.key().namespace())
                            + KubernetesApi.writing(how.strict(), true),
                    manifest.object());
        } catch (ApiFailure failure) {
            // Of a Service that is there, so are the addresses that it names.
            boolean onlyThere =
                    failure.conflict()
                            || String.valueOf(failure.getMessage()).contains("already allocated");
            if (!onlyThere) {
                throw failure;
            }
        }
    }

    private void awaitGone(String path) {
        var patience = goneWithin;
        var pause = FIRST_PAUSE;
        while (true) {
            Map<String, Object> there;
            try {
                there = api.get(path);
            } catch (ApiFailure failure) {
                if (failure.notFound()) {
                    return;
                }
                throw failure;
            }
            if (patience.isNegative()) {
                throw new ApiFailure(
                        409,
                        "It is to be made anew and was deleted, but is held by its finalizers: "
                                + String.join(", ", LiveResource.of(there).finalizers()));
            }
            pause(pause);
            patience = patience.minus(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private Map<String, Object> sendApply(Manifest manifest, String query) {
        return api.apply(typeOf(manifest).path(manifest.key()), manifest.object(), query);
    }

    private Map<String, Object> sendReplacement(Manifest manifest, String query) {
        var path = typeOf(manifest).path(manifest.key());
        var version = Json.string(api.get(path), "metadata", "resourceVersion");
        return api.replace(
                path + query, Json.with(manifest.object(), version, "metadata", "resourceVersion"));
    }

    private LiveResource written(Manifest manifest, Map<String, Object> object) {
        cache.watch(typeOf(manifest));
        cache.written(object);
        return LiveResource.of(object);
    }

    /// Makes fields that were applied client-side ours, so that the next apply removes what Git
    /// dropped of them.
    public void takeOver(LiveResource resource, ClientSideApply clientSide) {
        var path = path(resource);
        try {
            overConflicts(() -> handOver(path, clientSide));
        } catch (ApiFailure failure) {
            // What is gone meanwhile is made anew.
            if (!failure.notFound()) {
                throw failure;
            }
        }
    }

    private Map<String, Object> handOver(String path, ClientSideApply clientSide) {
        var object = api.get(path);
        var fields = clientSide.handedOver(object);
        if (fields.isEmpty()) {
            return object;
        }
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("resourceVersion", Json.string(object, "metadata", "resourceVersion"));
        metadata.put("managedFields", fields.get());
        return api.mergePatch(
                path + "?fieldManager=" + KubernetesApi.FIELD_MANAGER,
                Map.of("metadata", metadata));
    }

    private static <T> T overConflicts(Supplier<T> write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (ApiFailure failure) {
                if (!failure.conflict() || attempt == ATTEMPTS) {
                    throw failure;
                }
                // Whoever else writes, at a time of its own.
                pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(20L * attempt)));
            }
        }
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ApiFailure(0, "Interrupted while waiting for the API server");
        }
    }

    /// Deletes the resource and what it owns. One that is gone already is no failure.
    public void delete(LiveResource resource) {
        delete(resource, Propagation.FOREGROUND);
    }

    /// Deletes the resource. One that is gone already is no failure.
    public void delete(LiveResource resource, Propagation propagation) {
        try {
            var answer = api.delete(path(resource), propagation.wire());
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
