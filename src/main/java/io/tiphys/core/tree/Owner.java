package io.tiphys.core.tree;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;

/// Whom a resource names as its owner, or who must be it by its name.
///
/// @param uid of the owner; empty if it is only known by name
public record Owner(GroupVersionKind type, String name, String uid) {

    /// @param namespace that the owner lives in; empty if its kind lives in none
    public ResourceKey key(String namespace) {
        return new ResourceKey(type.group(), type.kind(), namespace, name);
    }

    /// Whether it is this resource. One that was made anew under the name of the owner is another.
    boolean is(LiveResource resource) {
        return resource.key().group().equals(type.group())
                && resource.key().kind().equals(type.kind())
                && resource.key().name().equals(name)
                && (uid.isEmpty() || uid.equals(Json.string(resource.object(), "metadata", "uid")));
    }
}
