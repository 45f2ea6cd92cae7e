package io.tiphys.dev.sandbox.storage;

/// Where an object stands. The namespace of a cluster-scoped one is empty.
public record Key(String shelf, String namespace, String name) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
        int order = shelf.compareTo(other.shelf);
        if (order == 0) {
            order = namespace.compareTo(other.namespace);
        }
        return order == 0 ? name.compareTo(other.name) : order;
    }
}
