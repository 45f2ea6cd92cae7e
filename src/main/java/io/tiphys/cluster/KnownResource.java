package io.tiphys.cluster;

import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.util.List;

/// What is held of a resource, as of its version.
sealed interface KnownResource {

    long version();

    /// Those who own it or may, by their names. In one namespace with it, or in none.
    List<ResourceKey> owners();

    /// Whether it belongs to the same as before; that may have changed although it did not.
    default boolean isHeldAs(KnownResource before) {
        return getClass() == before.getClass()
                && LiveIndex.application(this).equals(LiveIndex.application(before));
    }

    /// One that belongs to an Application: all of it, packed.
    ///
    /// @param application its name in tracking ids; empty if only an owner of this one is tracked
    record Held(PackedObject object, String application, List<ResourceKey> owners, long version)
            implements KnownResource {

        boolean tracked() {
            return !application.isEmpty();
        }

        LiveResource resource(ResourceKey key) {
            return new LiveResource(key, object.unpack());
        }
    }

    /// Any other. Most objects of a cluster are such, and of them nothing else is needed.
    record Other(List<ResourceKey> owners, long version) implements KnownResource {}
}
