package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.TrackingId;

/// What the cache holds of a resource, as of its version: all of it if an Application tracks it.
sealed interface KnownResource {

    long version();

    /// One with a tracking id.
    ///
    /// @param application its name in the tracking id
    record Tracked(LiveResource resource, String application, long version)
            implements KnownResource {}

    record Untracked(long version) implements KnownResource {}

    static KnownResource of(LiveResource resource) {
        long version = WatchedCollection.version(resource.object());
        return TrackingId.of(resource.key(), resource.object())
                .<KnownResource>map(id -> new Tracked(lean(resource), id.application(), version))
                .orElse(new Untracked(version));
    }

    /// Without the notes on fields that others own: nobody asks for them, and they are often
    /// most of an object.
    private static LiveResource lean(LiveResource resource) {
        var ours =
                Json.array(resource.object(), "metadata", "managedFields").stream()
                        .filter(
                                entry ->
                                        Json.string(entry, "manager")
                                                .equals(KubernetesApi.FIELD_MANAGER))
                        .toList();
        return new LiveResource(
                resource.key(), Json.with(resource.object(), ours, "metadata", "managedFields"));
    }
}
