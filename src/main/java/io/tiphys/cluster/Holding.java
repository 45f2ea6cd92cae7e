package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.tree.Owner;
import io.tiphys.core.tree.Ownership;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides what is held of a live object: all of it if it belongs to an Application, by itself or
/// through its owners, else no more than who these are.
final class Holding {

    private final ResourceTypes types;
    private final LiveIndex index;
    private volatile Tracking tracking = Tracking.DEFAULT;

    Holding(ResourceTypes types, LiveIndex index) {
        this.types = types;
        this.index = index;
    }

    /// Objects name their Applications like this from now on.
    void track(Tracking now) {
        tracking = now;
    }

    /// @param resource at least what [ListedObject#head] has of it
    /// @param before what is held of it so far: the same version is not packed again
    /// @param packed called if it is held and was not
    KnownResource of(
            LiveResource resource,
            long version,
            @Nullable KnownResource before,
            Supplier<PackedObject> packed) {
        var owners = Ownership.of(resource);
        var keys =
                Stream.concat(owners.stream(), Ownership.candidates(resource.key()).stream())
                        .map(it -> shared(key(it, resource.key().namespace())))
                        .toList();
        // Who has an owner may have its annotations and labels from it, and is no Application's
        // own.
        var application =
                owners.isEmpty()
                        ? tracking.application(resource.key(), resource.object()).orElse("")
                        : "";
        return application.isEmpty() && index.applications(keys).isEmpty()
                ? new KnownResource.Other(keys, version)
                : new KnownResource.Held(
                        before instanceof KnownResource.Held held && held.version() == version
                                ? held.object()
                                : packed.get(),
                        application.intern(),
                        keys,
                        version);
    }

    private ResourceKey key(Owner owner, String namespace) {
        boolean namespaced =
                types.preferred(owner.type().group(), owner.type().kind())
                        .map(ResourceType::namespaced)
                        .orElse(true);
        return owner.key(namespaced ? namespace : "");
    }

    /// The same key of words that all keys share: of thousands of resources, most are of few kinds
    /// and namespaces.
    static ResourceKey shared(ResourceKey key) {
        return new ResourceKey(
                key.group().intern(), key.kind().intern(), key.namespace().intern(), key.name());
    }

    /// Without the notes on fields that others own: nobody asks for them, and they are often
    /// most of an object.
    static PackedObject packed(Map<String, Object> object) {
        var ours =
                Json.array(object, "metadata", "managedFields").stream()
                        .filter(
                                entry ->
                                        Json.string(entry, "manager")
                                                .equals(KubernetesApi.FIELD_MANAGER))
                        .toList();
        return PackedObject.of(Json.with(object, ours, "metadata", "managedFields"));
    }
}
