package io.tiphys.channel;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/// Says which broker everybody talks to, and makes the topics there before anybody does.
@Singleton
class KafkaConnection {

    private final String bootstrapServers;

    KafkaConnection(KafkaConfig config, Instance<DefaultBroker> defaultBroker) {
        bootstrapServers =
                config.bootstrapServers()
                        .orElseGet(
                                () -> {
                                    if (!defaultBroker.isResolvable()) {
                                        throw new IllegalStateException(
                                                "No Kafka broker: set"
                                                        + " tiphys.kafka.bootstrap-servers");
                                    }
                                    return defaultBroker.get().bootstrapServers();
                                });
        if (config.createTopics()) {
            createMissingTopics(config);
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /// What the messaging connector adds to the settings of every channel.
    @Produces
    @Singleton
    @Identifier("default-kafka-broker")
    Map<String, Object> channelDefaults() {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    }

    private void createMissingTopics(KafkaConfig config) {
        try (var admin =
                Admin.create(
                        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            var existing = admin.listTopics().names().get();
            var missing =
                    Stream.of(Topics.values())
                            .filter(topic -> !existing.contains(topic.topicName()))
                            .map(
                                    topic ->
                                            new NewTopic(
                                                            topic.topicName(),
                                                            config.partitions(),
                                                            config.replicationFactor())
                                                    .configs(topic.settings()))
                            .toList();
            admin.createTopics(missing).all().get();
        } catch (ExecutionException failure) {
            // Another replica may have been quicker.
            if (!(failure.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "The topics could not be made on " + bootstrapServers, failure.getCause());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while making the topics", interrupted);
        }
    }
}
