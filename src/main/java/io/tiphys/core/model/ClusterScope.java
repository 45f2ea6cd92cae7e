package io.tiphys.core.model;

import java.util.Optional;
import java.util.Set;

/// The part of a cluster that is looked at and changed.
///
/// @param namespaces empty for all, and all that is in none
/// @param clusterResources whether what is in no namespace belongs to it as well, where namespaces
///     are named
public record ClusterScope(Set<String> namespaces, boolean clusterResources) {

    public static final ClusterScope WHOLE = new ClusterScope(Set.of(), true);

    /// Where resources of a kind are looked for; the empty text stands for the whole cluster.
    ///
    /// @param namespaced whether they are in namespaces
    public Set<String> of(boolean namespaced) {
        if (namespaces.isEmpty()) {
            return Set.of("");
        }
        if (namespaced) {
            return namespaces;
        }
        return clusterResources ? Set.of("") : Set.of();
    }

    /// Why a resource is outside, in Argo CD's words; empty if it is not.
    public Optional<String> problem(ResourceKey key) {
        if (of(!key.namespace().isEmpty()).contains("") || namespaces.contains(key.namespace())) {
            return Optional.empty();
        }
        return Optional.of(
                key.namespace().isEmpty()
                        ? "cluster level %s \"%s\" can not be managed when in namespaced mode"
                                .formatted(key.kind(), key.name())
                        : "namespace \"%s\" for %s \"%s\" is not managed"
                                .formatted(key.namespace(), key.kind(), key.name()));
    }
}
