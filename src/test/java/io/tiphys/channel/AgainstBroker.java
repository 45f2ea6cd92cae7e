package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tiphys.core.event.GitEvent;
import io.tiphys.dev.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker, somebody who publishes Git events, and a reader that remembers what it was handed.
abstract class AgainstBroker {

    static final Retries RETRIES = new Retries(3, Duration.ofMillis(10), Duration.ofMillis(20));

    private static final Origin ORIGIN = new Origin("d", "192.0.2.1", "2026-11-21T10:00:00Z");

    @TempDir Path directory;
    EmbeddedBroker broker;
    KafkaConnection connection;
    TopicCheck topics;
    EventChannel channel;
    EventReader reader;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /// Ids of the events that were done with, in that order.
    final List<String> seen = new CopyOnWriteArrayList<>();

    final List<Integer> batches = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        var config = config();
        connection = TestKafka.connection(config);
        topics = new TopicCheck(connection);
        channel = new EventChannel(connection, config, topics, tracing());
        reader = reader();
    }

    @AfterEach
    void stop() {
        reader.close();
        channel.close();
        topics.close();
        broker.close();
    }

    TestKafka config() {
        return new TestKafka(Optional.of(broker.bootstrapServers()), true, 1, 10_000_000);
    }

    Tracing tracing() {
        return new Tracing(Map.of());
    }

    EventReader reader() {
        return new EventReader(connection, channel, meters, RETRIES);
    }

    void read(Function<List<GitEvent>, Uni<Void>> handler) {
        reader.read(
                Topics.GIT_EVENTS,
                "test",
                GitEvent.class,
                events -> handler.apply(events.stream().map(Incoming::event).toList()));
    }

    Uni<Void> done(List<GitEvent> events) {
        batches.add(events.size());
        events.forEach(event -> seen.add(event.id()));
        return Uni.createFrom().voidItem();
    }

    /// Events that are called by their numbers, of one repository.
    void publish(int from, int to) {
        publish("h/r", IntStream.range(from, to).mapToObj(String::valueOf).toArray(String[]::new));
    }

    void publish(String repository, String... ids) {
        List.of(ids).stream()
                .map(id -> channel.publish(push(id, repository, ""), ORIGIN))
                .toList()
                .forEach(it -> it.toCompletableFuture().join());
    }

    static GitEvent.Pushed push(String id, String repository, String path) {
        return new GitEvent.Pushed(
                id,
                repository,
                "refs/heads/main",
                "a".repeat(40),
                "b".repeat(40),
                path.isEmpty() ? List.of() : List.of(path),
                true,
                "main",
                "github");
    }

    /// Past the publisher, which writes no garbage.
    void produce(String garbage) {
        produce(garbage, "io.tiphys.git.pushed");
    }

    void produce(String garbage, String type) {
        var settings =
                Map.<String, Object>of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "max.request.size",
                        Integer.MAX_VALUE);
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var one =
                    new ProducerRecord<>(
                            Topics.GIT_EVENTS.topicName(), "h/r", garbage.getBytes(UTF_8));
            one.headers().add(EventChannel.TYPE, type.getBytes(UTF_8));
            var _ = producer.send(one);
        }
    }

    /// The reasons of dead letters.
    List<String> deadLetters() {
        return TestKafka.records(broker.bootstrapServers(), Topics.DEAD_LETTERS).stream()
                .map(it -> it.headers().lastHeader("dead-letter-reason").value())
                .map(it -> new String(it, UTF_8))
                .toList();
    }

    List<String> awaitDeadLetters(int count) {
        return await().atMost(Duration.ofSeconds(30))
                .until(this::deadLetters, it -> it.size() >= count);
    }

    void awaitSeen(int count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= count);
    }

    static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
