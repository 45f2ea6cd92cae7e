package io.tiphys.channel;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Where the broker is and how records are written to it.
@ConfigMapping(prefix = "tiphys.kafka")
interface KafkaConfig {

    /// Host and port of the brokers, comma-separated. Absent: the embedded broker of `dev`.
    Optional<String> bootstrapServers();

    /// Make missing topics at start. Off where somebody else owns them.
    @WithDefault("true")
    boolean createTopics();

    /// Partitions of topics that are made here. Absent: 12, and on the embedded broker, which one
    /// process uses alone, one.
    OptionalInt partitions();

    /// Replicas of topics that are made here; 3 on a cluster of brokers.
    @WithDefault("1")
    short replicationFactor();

    /// After how long without a sign of life a replica's partitions go to the others. Brokers allow
    /// no less than their `group.min.session.timeout.ms`, which is 6 seconds unless set. Too short,
    /// and a long pause of the garbage collector or of the network looks like an end.
    @WithDefault("6s")
    Duration sessionTimeout();

    /// How long a publisher waits for the broker before it says that it could not. Below the ten
    /// seconds that Git hosts wait for an answer.
    @WithDefault("5s")
    Duration publishTimeout();

    /// How much may wait for the broker's acknowledgement; more is refused at once. A record counts
    /// with its value and a kilobyte.
    @WithDefault("16M")
    MemorySize maxInFlight();
}
