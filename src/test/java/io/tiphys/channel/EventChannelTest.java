package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.tiphys.core.event.ApplicationCommand;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.dev.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventChannelTest {

    private static final Origin ORIGIN = new Origin("d", "192.0.2.1", "2026-11-21T10:00:00Z");
    private static final GitEvent.Pushed PUSH = push("é.yaml");

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
        channel.publish(PUSH, ORIGIN).toCompletableFuture().get(20, TimeUnit.SECONDS);

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
        assertThat(as(published)).isEqualTo(PUSH);
    }

    @Test
    void a_command_carries_its_cause() throws Exception {
        var refresh =
                new Refresh(
                        new ApplicationId("argocd", "shop"),
                        true,
                        FetchDemand.including("h/r", "delivery-1", "b"),
                        "delivery-1");
        channel.publish(refresh).toCompletableFuture().get(20, TimeUnit.SECONDS);

        var published = read(Topics.COMMANDS).getLast();
        assertThat(published.key()).isEqualTo("argocd/shop");
        assertThat(headers(published)).containsEntry("ce_cause", "delivery-1");
        assertThat(as(published)).isEqualTo(refresh);
    }

    @Test
    void the_attributes_of_a_change_are_what_it_says_itself() throws Exception {
        var change =
                ChangeEvent.merged("https://h/R.git", "c", Instant.parse("2026-11-21T10:00:00Z"));

        channel.publish(change).toCompletableFuture().get(20, TimeUnit.SECONDS);

        var published = read(Topics.CHANGES).getLast();
        assertThat(published.key()).isEqualTo("h/r");
        assertThat(headers(published))
                .containsEntry("ce_id", change.context().id())
                .containsEntry("ce_source", change.context().source())
                .containsEntry("ce_type", change.context().type())
                .containsEntry("ce_time", change.context().timestamp())
                .containsEntry("ce_subject", change.subject().id());
        assertThat(as(published)).isEqualTo(change);
    }

    @Test
    void where_tracing_is_off_no_record_carries_a_trace() throws Exception {
        var somebodys =
                SpanContext.create(
                        "1".repeat(32),
                        "2".repeat(16),
                        TraceFlags.getSampled(),
                        TraceState.getDefault());

        try (var _ = Context.root().with(Span.wrap(somebodys)).makeCurrent()) {
            channel.publish(PUSH, ORIGIN).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }

        assertThat(headers(read(Topics.GIT_EVENTS).getLast()))
                .containsKey("ce_id")
                .doesNotContainKeys("traceparent", "tracestate");
    }

    @Test
    void a_dead_letter_keeps_bytes_key_place_and_reason() throws Exception {
        var bytes = new byte[] {0, -1, '{'};
        var one =
                new ConsumerRecord<>(
                        "tiphys.git-events", 3, 17, "h/r", new Received<Object>("x", bytes));
        channel.deadLetter(one, "unreadable").toCompletableFuture().get(20, TimeUnit.SECONDS);

        var dead = read(Topics.DEAD_LETTERS).getLast();
        assertThat(dead.key()).isEqualTo("h/r");
        assertThat(dead.value().value()).isEqualTo(bytes);
        assertThat(headers(dead))
                .containsEntry("dead-letter-topic", "tiphys.git-events")
                .containsEntry("dead-letter-partition", "3")
                .containsEntry("dead-letter-offset", "17")
                .containsEntry("dead-letter-reason", "unreadable")
                .containsKey("dead-letter-at");
    }

    @Test
    void without_a_broker_a_publisher_is_told_in_time() throws Exception {
        var lonely = channel("127.0.0.1:1", false);

        var told = lonely.publish(PUSH, ORIGIN).toCompletableFuture();

        assertThatThrownBy(() -> told.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotPublishedException.class);
        lonely.close();
    }

    @Test
    void what_is_too_much_for_the_room_is_refused_and_the_room_comes_back() throws Exception {
        var large = "x".repeat(TestKafka.MAX_IN_FLIGHT / 2);
        var told = new ArrayList<CompletableFuture<Void>>();

        // The broker may be as fast as one publisher, but not as fast as this.
        for (int i = 0; i < 20; i++) {
            told.add(channel.publish(push(large), ORIGIN).toCompletableFuture());
        }

        var refused = told.stream().filter(it -> failure(it) != null).toList();
        assertThat(refused)
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(failure(it))
                                        .isInstanceOf(NotPublishedException.class)
                                        .hasMessageContaining("Too much"));
        channel.publish(push(large), ORIGIN).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static @Nullable Throwable failure(CompletableFuture<Void> told) {
        return told.handle((_, failure) -> failure).orTimeout(20, TimeUnit.SECONDS).join();
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

    private static GitEvent.Pushed push(String path) {
        return new GitEvent.Pushed(
                "delivery-1",
                "h/r",
                "refs/heads/main",
                "a",
                "b",
                List.of(path),
                true,
                "main",
                "github");
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> anything() {
        return (Class<T>) Object.class;
    }

    private static Object as(ConsumerRecord<String, Received<Object>> published) {
        return published.value().as(Object.class);
    }

    private static EventChannel channel(String bootstrapServers, boolean createTopics) {
        var config = new TestKafka(Optional.of(bootstrapServers), createTopics);
        var connection = TestKafka.connection(config);
        return new EventChannel(
                connection, config, new TopicCheck(connection), new Tracing(Map.of()));
    }

    private static List<ConsumerRecord<String, Received<Object>>> read(Topics topic) {
        return TestKafka.records(broker.bootstrapServers(), topic);
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> published) {
        return Arrays.stream(published.headers().toArray())
                .collect(Collectors.toMap(it -> it.key(), it -> new String(it.value(), UTF_8)));
    }
}
