package io.tiphys.channel;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// Says which broker everybody talks to and how, and makes the topics there before anybody does.
///
/// TLS, SASL and whatever else a client needs are Quarkus' own properties: `kafka.` and the name of
/// the client's setting, such as `kafka.security.protocol`.
@Singleton
class KafkaConnection {

    private static final String PREFIX = "kafka.";

    /// Lost signs of life before a member counts as gone.
    private static final int HEARTBEATS = 4;

    private final Map<String, Object> settings;
    private final Map<String, Object> membership;
    private final boolean embedded;

    @Inject
    KafkaConnection(KafkaConfig config, Instance<DefaultBroker> defaultBroker) {
        this(
                config,
                clientSettings(ConfigProvider.getConfig()),
                () -> {
                    if (!defaultBroker.isResolvable()) {
                        throw new IllegalStateException(
                                "No Kafka broker: set tiphys.kafka.bootstrap-servers");
                    }
                    return defaultBroker.get().bootstrapServers();
                });
    }

    /// @param clientSettings beside the broker's address, by the names that Kafka gives them
    /// @param otherwise the address of the broker where none is configured
    KafkaConnection(
            KafkaConfig config, Map<String, String> clientSettings, Supplier<String> otherwise) {
        settings = new HashMap<>(clientSettings);
        membership = membership(config.sessionTimeout());
        config.bootstrapServers()
                .ifPresent(it -> settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, it));
        embedded = !settings.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        if (embedded) {
            settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, otherwise.get());
        }
        if (config.createTopics()) {
            createMissingTopics(
                    config.partitions()
                            .orElse(
                                    embedded
                                            ? Topics.EMBEDDED_PARTITIONS
                                            : Topics.DEFAULT_PARTITIONS),
                    config.replicationFactor());
        }
    }

    /// What Quarkus' properties say, also as environment variables: `KAFKA_SASL_MECHANISM`.
    static Map<String, String> clientSettings(Config config) {
        var found = new HashMap<String, String>();
        ForeignSettings.below(PREFIX, config)
                .forEach((name, value) -> found.put(name.substring(PREFIX.length()), value));
        return found;
    }

    /// Whether the broker is this process' own, which no other replica can share.
    boolean isEmbedded() {
        return embedded;
    }

    /// The settings of a client: how to reach the broker, and its own.
    Map<String, Object> settings(Map<String, ?> own) {
        var all = new HashMap<>(settings);
        all.putAll(own);
        return all;
    }

    /// The settings of a consumer that shares its topics with others of its group.
    Map<String, Object> memberSettings(Map<String, ?> own) {
        var all = settings(membership);
        all.putAll(own);
        return all;
    }

    /// What the messaging connector adds to the settings of every channel.
    @Produces
    @Singleton
    @Identifier("default-kafka-broker")
    Map<String, Object> channelDefaults() {
        return Map.copyOf(settings(membership));
    }

    /// Partitions stay where they are when a replica comes or goes; only those move that must, and
    /// nobody stops reading meanwhile. The newer protocol of groups (KIP-848) would leave that to
    /// the broker, but brokers know it from 4.0 on alone, and its session timeout is theirs: 45
    /// seconds, where a crashed replica is to be missed in a few.
    private static Map<String, Object> membership(Duration sessionTimeout) {
        long millis = sessionTimeout.toMillis();
        return Map.of(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        CooperativeStickyAssignor.class.getName(),
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, String.valueOf(millis),
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, String.valueOf(millis / HEARTBEATS),
                ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200");
    }

    private void createMissingTopics(int partitions, short replicationFactor) {
        try (var admin = Admin.create(settings)) {
            var existing = admin.listTopics().names().get();
            var missing =
                    Stream.of(Topics.values())
                            .filter(topic -> !existing.contains(topic.topicName()))
                            .map(
                                    topic ->
                                            new NewTopic(
                                                            topic.topicName(),
                                                            partitions,
                                                            replicationFactor)
                                                    .configs(topic.settings()))
                            .toList();
            admin.createTopics(missing).all().get();
        } catch (ExecutionException failure) {
            // Another replica may have been quicker.
            if (!(failure.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "The topics could not be made on "
                                + settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
                        failure.getCause());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while making the topics", interrupted);
        }
    }
}
