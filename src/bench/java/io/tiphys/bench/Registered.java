package io.tiphys.bench;

import java.io.IOException;
import java.time.Duration;

/// The Applications that are there while deliveries come in.
final class Registered {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final String repository;
    private int count;

    Registered(Cluster cluster, String repository) {
        this.cluster = cluster;
        this.repository = repository;
    }

    /// Adds Applications up to a number and waits until each was compared once. They are not
    /// synced by themselves, so nothing is deployed.
    void grow(int wanted) throws IOException {
        for (; count < wanted; count++) {
            cluster.create(
                    Cluster.APPLICATIONS,
                    Samples.application("bench-" + count, repository, "guestbook", false));
        }
        Patience.until(
                PATIENCE,
                wanted + " Applications were compared",
                () -> {
                    Patience.pause(Duration.ofSeconds(1));
                    int compared = 0;
                    for (var item : cluster.get(Cluster.APPLICATIONS).path("items")) {
                        compared += item.path("status").has("sync") ? 1 : 0;
                    }
                    return compared >= wanted;
                });
    }
}
