package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {

    @Test
    void what_a_client_needs_is_said_by_properties_or_the_environment() {
        var config =
                new SmallRyeConfigBuilder()
                        .withSources(
                                new PropertiesConfigSource(
                                        Map.of(
                                                "kafka.security.protocol", "SASL_SSL",
                                                "kafka.ssl.truststore.location", "/etc/trust.p12",
                                                "tiphys.kafka.partitions", "3"),
                                        "properties",
                                        100),
                                new EnvConfigSource(
                                        Map.of("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"), 300))
                        .build();

        assertThat(KafkaConnection.clientSettings(config))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("ssl.truststore.location", "/etc/trust.p12")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .doesNotContainKeys("partitions", "kafka.partitions");
    }

    @Test
    void our_own_address_comes_before_quarkus_and_both_before_the_embedded_broker() {
        var quarkus = Map.of("bootstrap.servers", "quarkus:9092", "security.protocol", "SSL");

        assertThat(settings(Optional.of("ours:9092"), quarkus))
                .isEqualTo(Map.of("bootstrap.servers", "ours:9092", "security.protocol", "SSL"));
        assertThat(settings(Optional.empty(), quarkus)).isEqualTo(quarkus);
        assertThat(settings(Optional.empty(), Map.of()))
                .isEqualTo(Map.of("bootstrap.servers", "embedded:9092"));
    }

    @Test
    void a_client_s_own_settings_come_before_those_of_all() {
        var connection =
                new KafkaConnection(
                        new TestKafka(Optional.of("ours:9092"), false),
                        Map.of("linger.ms", "100"),
                        () -> "embedded:9092");

        assertThat(connection.settings(Map.of("linger.ms", 0)))
                .isEqualTo(Map.of("bootstrap.servers", "ours:9092", "linger.ms", 0));
    }

    @Test
    void replicas_share_channels_of_commands_as_they_share_events() {
        var connection = TestKafka.connection(new TestKafka(Optional.of("ours:9092"), false));
        var shared =
                Map.of(
                        "partition.assignment.strategy",
                        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
                        "session.timeout.ms",
                        "1000",
                        "heartbeat.interval.ms",
                        "250");

        assertThat(connection.channelDefaults()).containsAllEntriesOf(shared);
        assertThat(connection.memberSettings(Map.of("group.id", "g")))
                .containsAllEntriesOf(shared)
                .containsEntry("group.id", "g");
    }

    private static Map<String, Object> settings(
            Optional<String> ours, Map<String, String> quarkus) {
        return new KafkaConnection(new TestKafka(ours, false), quarkus, () -> "embedded:9092")
                .settings(Map.of());
    }
}
