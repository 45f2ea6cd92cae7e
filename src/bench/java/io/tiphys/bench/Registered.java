package io.tiphys.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.function.IntFunction;

/// The Applications that are there while deliveries come in.
final class Registered {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final IntFunction<String> application;
    private int count;

    /// All of them the sample guestbook.
    Registered(Cluster cluster, String repository) {
        this(cluster, n -> Samples.application("bench-" + n, repository, "guestbook", false));
    }

    /// @param application the object of a number
    Registered(Cluster cluster, IntFunction<String> application) {
        this.cluster = cluster;
        this.application = application;
    }

    /// Adds Applications up to a number and waits until each was compared once. They are not
    /// synced by themselves, so nothing is deployed.
    void grow(int wanted) throws IOException {
        for (; count < wanted; count++) {
            cluster.create(Cluster.APPLICATIONS, application.apply(count));
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
