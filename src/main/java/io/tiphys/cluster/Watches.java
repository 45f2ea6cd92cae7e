package io.tiphys.cluster;

import java.util.List;

/// The watches of one kind: one for the whole cluster, or one a namespace.
record Watches(List<Reflector> reflectors) implements AutoCloseable {

    /// Waits until each has listed, or was refused.
    ///
    /// @return whether they had within the time given
    boolean awaitSettled(long millis) {
        return reflectors.stream().allMatch(it -> it.awaitSettled(millis));
    }

    /// Whether something of the kind could not be listed so far.
    boolean isPartial() {
        return !reflectors.stream().allMatch(it -> it.awaitListed(0));
    }

    /// The version up to which each has brought all.
    long seen() {
        return reflectors.stream().mapToLong(Reflector::seen).min().orElse(0);
    }

    @Override
    public void close() {
        reflectors.forEach(Reflector::close);
    }
}
