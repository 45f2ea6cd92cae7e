package io.tiphys.core.model;

/// What identifies a resource in a cluster whatever version it is read in. The namespace is empty
/// for cluster-scoped kinds.
public record ResourceKey(String group, String kind, String namespace, String name)
        implements Comparable<ResourceKey> {

    public ResourceKey inNamespace(String other) {
        return new ResourceKey(group, kind, other, name);
    }

    public ResourceKey named(String other) {
        return new ResourceKey(group, kind, namespace, other);
    }

    @Override
    public int compareTo(ResourceKey other) {
        boolean besideEachOther =
                kind.equals(other.kind)
                        && namespace.equals(other.namespace)
                        && group.equals(other.group);
        return besideEachOther
                ? name.compareTo(other.name)
                : toString().compareTo(other.toString());
    }

    /// `group/kind/namespace/name`, with empty parts left empty, as Argo CD prints it.
    @Override
    public String toString() {
        return group + "/" + kind + "/" + namespace + "/" + name;
    }
}
