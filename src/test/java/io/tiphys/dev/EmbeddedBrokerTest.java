package io.tiphys.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    @TempDir Path directory;

    @Test
    void what_was_acknowledged_is_there_after_a_restart() throws Exception {
        // Given
        int port;
        try (var broker = EmbeddedBroker.start(directory.resolve("kafka"), 0)) {
            port = portOf(broker);
            createTopic(broker, "facts");
            produce(broker, "facts", "first");
        }

        // When
        try (var broker = EmbeddedBroker.start(directory.resolve("kafka"), port)) {
            produce(broker, "facts", "second");

            // Then
            assertThat(portOf(broker)).isEqualTo(port);
            assertThat(consume(broker, "facts", 2)).containsExactly("first", "second");
        }
    }

    @Test
    void what_was_acknowledged_is_there_after_a_kill() throws Exception {
        // Given
        var killed = startProducerThatIsKilled(directory.resolve("kafka"));

        // When
        try (var broker = EmbeddedBroker.start(directory.resolve("kafka"), 0)) {

            // Then
            assertThat(killed).isEqualTo("acknowledged");
            assertThat(consume(broker, "facts", 1)).containsExactly("before the kill");
        }
    }

    @Test
    void a_port_that_is_taken_is_named_in_the_failure() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(Loopback.ADDRESS, 0));

            assertThatThrownBy(
                            () ->
                                    EmbeddedBroker.start(
                                            directory.resolve("kafka"), taken.getLocalPort()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    private static int portOf(EmbeddedBroker broker) {
        return Integer.parseInt(broker.bootstrapServers().substring("127.0.0.1:".length()));
    }

    private static void createTopic(EmbeddedBroker broker, String topic) throws Exception {
        try (var admin = Admin.create(clientOf(broker))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void produce(EmbeddedBroker broker, String topic, String value)
            throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        clientOf(broker), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static List<String> consume(EmbeddedBroker broker, String topic, int count) {
        try (var consumer =
                new KafkaConsumer<>(
                        clientOf(broker), new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var values = new ArrayList<String>();
            var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> consumed :
                        consumer.poll(Duration.ofMillis(200))) {
                    values.add(consumed.value());
                }
            }
            return values;
        }
    }

    private static String startProducerThatIsKilled(Path kafka) throws Exception {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var classPath = System.getProperty("java.class.path");
        var process =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                Killed.class.getName(),
                                kafka.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var output = process.inputReader()) {
            return output.lines()
                    .filter(line -> line.endsWith("acknowledged"))
                    .findFirst()
                    .orElse("The process ended without an acknowledgement");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /// Runs in the other process, until that is killed.
    static class Killed {
        static void main(String[] arguments) throws Exception {
            var broker = EmbeddedBroker.start(Path.of(arguments[0]), 0);
            createTopic(broker, "facts");
            produce(broker, "facts", "before the kill");
            IO.println("acknowledged");
            new CountDownLatch(1).await();
        }
    }

    private static Map<String, Object> clientOf(EmbeddedBroker broker) {
        return Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "acks", "all",
                "group.id", "readers",
                "auto.offset.reset", "earliest");
    }
}
