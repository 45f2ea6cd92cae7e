package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.dev.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventChannelTest {

    private static final GitEvent.Pushed PUSH =
            new GitEvent.Pushed(
                    "delivery-1",
                    "h/r",
                    "refs/heads/main",
                    "a",
                    "b",
                    List.of("é.yaml"),
                    true,
                    "main",
                    "github");

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static EventChannel channel;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        channel = channel(broker.bootstrapServers(), true);
    }

    @AfterAll
    static void stop() {
        channel.close();
        broker.close();
    }

    @Test
    void an_event_is_published_as_a_cloud_event_under_its_key() throws Exception {
        channel.publish(PUSH).toCompletableFuture().get(20, TimeUnit.SECONDS);

        var published = read(Topics.GIT_EVENTS).getLast();
        assertThat(published.key()).isEqualTo("h/r");
        assertThat(headers(published))
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", "delivery-1")
                .containsEntry("ce_source", "/tiphys/github")
                .containsEntry("ce_type", "io.tiphys.git.pushed")
                .containsEntry("ce_subject", "h/r")
                .containsEntry("content-type", "application/json")
                .containsKey("ce_time")
                .doesNotContainKey("ce_cause");
        assertThat(as(published, GitEvent.class)).isEqualTo(PUSH);
    }

    @Test
    void a_command_carries_its_cause() throws Exception {
        var refresh =
                new Refresh(
                        new ApplicationId("argocd", "shop"),
                        true,
                        FetchDemand.including("delivery-1", "b"),
                        "delivery-1");
        channel.publish(refresh).toCompletableFuture().get(20, TimeUnit.SECONDS);

        var published = read(Topics.COMMANDS).getLast();
        assertThat(published.key()).isEqualTo("argocd/shop");
        assertThat(headers(published)).containsEntry("ce_cause", "delivery-1");
        assertThat(as(published, ApplicationCommand.class)).isEqualTo(refresh);
    }

    @Test
    void a_dead_letter_keeps_bytes_key_and_reason() throws Exception {
        var bytes = new byte[] {0, -1, '{'};
        channel.deadLetter("tiphys.git-events", "h/r", new Received<>("x", bytes), "unreadable")
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);

        var dead = read(Topics.DEAD_LETTERS).getLast();
        assertThat(dead.key()).isEqualTo("h/r");
        assertThat(dead.value().value()).isEqualTo(bytes);
        assertThat(headers(dead))
                .containsEntry("dead-letter-topic", "tiphys.git-events")
                .containsEntry("dead-letter-reason", "unreadable")
                .containsKey("dead-letter-at");
    }

    @Test
    void without_a_broker_a_publisher_is_told_in_time() throws Exception {
        var lonely = channel("127.0.0.1:1", false);

        var told = lonely.publish(PUSH).toCompletableFuture();

        assertThat(told).as("the caller was not held up").isNotDone();
        assertThatThrownBy(() -> told.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
        lonely.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | {} | The record has no ce_type header",
                "io.tiphys.nobody | {} | is not known",
                "io.tiphys.git.pushed | {} | The record is no io.tiphys.git.pushed",
                "io.tiphys.git.pushed | garbage | The record is no io.tiphys.git.pushed",
                "io.tiphys.git.pushed | '' | The record is no io.tiphys.git.pushed",
                "io.tiphys.application.refresh | {} | The record is no",
            })
    void a_record_that_cannot_be_read_says_why(String type, String json, String message) {
        assertThatThrownBy(() -> new Received<>(type, json.getBytes(UTF_8)).as(anything()))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"null", "[]", "5", "'\"text\"'"})
    void json_that_is_no_object_cannot_be_read(String json) {
        assertThatThrownBy(
                        () ->
                                new Received<>("io.tiphys.git.pushed", json.getBytes(UTF_8))
                                        .as(anything()))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void a_record_of_another_topic_is_refused() {
        var push =
                new Received<ApplicationCommand>(RecordTypes.typeOf(PUSH), RecordTypes.write(PUSH));

        assertThatThrownBy(() -> push.as(ApplicationCommand.class))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("does not belong on this topic");
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> anything() {
        return (Class<T>) Object.class;
    }

    @SuppressWarnings("unchecked")
    private static <T> T as(ConsumerRecord<String, Received<?>> published, Class<T> wanted) {
        return ((Received<T>) published.value()).as(wanted);
    }

    private static EventChannel channel(String bootstrapServers, boolean createTopics) {
        var config = new Config(Optional.of(bootstrapServers), createTopics);
        return new EventChannel(new KafkaConnection(config, null), config);
    }

    private static List<ConsumerRecord<String, Received<?>>> read(Topics topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ReceivedDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic.topicName()).stream()
                            .map(EventChannelTest::partition)
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var records = new ArrayList<ConsumerRecord<String, Received<?>>>();
            consumer.poll(Duration.ofSeconds(20)).forEach(records::add);
            return records;
        }
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> published) {
        return Arrays.stream(published.headers().toArray())
                .collect(Collectors.toMap(it -> it.key(), it -> new String(it.value(), UTF_8)));
    }

    private record Config(Optional<String> bootstrapServers, boolean createTopics)
            implements KafkaConfig {

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public short replicationFactor() {
            return 1;
        }

        @Override
        public Duration publishTimeout() {
            return Duration.ofSeconds(5);
        }

        @Override
        public int maxInFlight() {
            return 100;
        }
    }
}
