package io.tiphys.cluster;

import io.tiphys.core.model.ResourceKey;
import java.util.List;

/// What is held of a resource, as of its version.
sealed interface KnownResource {

    long version();

    /// Those who own it or may, by their names. In one namespace with it, or in none.
    List<ResourceKey> owners();

    /// One that belongs to an Application: all of it, packed.
    ///
    /// @param application its name in tracking ids; empty if only an owner of this one is tracked
    record Held(PackedObject object, String application, List<ResourceKey> owners, long version)
            implements KnownResource {

        boolean tracked() {
            return !application.isEmpty();
        }
    }

    /// Any other. Most objects of a cluster are such, and of them nothing else is needed.
    record Other(List<ResourceKey> owners, long version) implements KnownResource {}
}
