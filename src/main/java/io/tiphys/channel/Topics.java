package io.tiphys.channel;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The topics with what they need when they are made. `kafka/` declares the same for Strimzi; a
/// test holds the two together.
public enum Topics {
    GIT_EVENTS("tiphys.git-events", Duration.ofDays(7)),
    IMAGE_EVENTS("tiphys.image-events", Duration.ofDays(7)),
    INCOMPLETE_PUSHES("tiphys.incomplete-pushes", Duration.ofDays(1)),
    COMMANDS("tiphys.commands", Duration.ofDays(1)),
    WRITE_BACKS("tiphys.write-backs", Duration.ofDays(7)),
    APPLICATION_EVENTS("tiphys.application-events", Duration.ofDays(7)),
    CHANGES("tiphys.changes", Duration.ofDays(7)),
    DELIVERIES("tiphys.deliveries", Duration.ofDays(7)),
    DEAD_LETTERS("tiphys.dead-letters", Duration.ofDays(30));

    /// Enough for a dozen replicas to share the work.
    public static final int DEFAULT_PARTITIONS = 12;

    /// For one process, which nobody shares the work with. Each partition is a file to append to
    /// and a part of every request: a dozen cost a push more than all that is done with it.
    static final int EMBEDDED_PARTITIONS = 1;

    private final String topicName;
    private final Duration retention;

    Topics(String topicName, Duration retention) {
        this.topicName = topicName;
        this.retention = retention;
    }

    public String topicName() {
        return topicName;
    }

    public Map<String, String> settings() {
        return Map.of(
                "cleanup.policy", "delete", "retention.ms", Long.toString(retention.toMillis()));
    }

    public static List<String> names() {
        return List.of(values()).stream().map(Topics::topicName).toList();
    }
}
