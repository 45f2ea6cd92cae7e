package io.tiphys.channel;

import io.smallrye.mutiny.Uni;
import io.tiphys.core.event.ApplicationCommand;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.event.DeliveryEvent;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Publishes records. A returned stage completes when the broker has the record; it fails with
/// [NotPublishedException] when the broker cannot take it in time (the record may be written all
/// the same), and with [TooLargeException] when it never will. Does not hold up the caller, who may
/// be an event loop.
///
/// Long because each kind of record is published here, by a few lines.
@Singleton
public class EventChannel {

    private static final Logger LOG = Logger.getLogger(EventChannel.class);

    static final String TYPE = "ce_type";
    static final String ID = "ce_id";
    private static final String TIME = "ce_time";
    private static final String SUBJECT = "ce_subject";

    /// Says of a record that somebody wants it to be handled once more.
    static final String REPLAYED = "ce_replayed";

    /// What a record takes beside its value: key, headers, the future.
    private static final int OVERHEAD_BYTES = 1024;

    /// `KafkaProducer.send` blocks while it looks for a topic or while its memory is full. The
    /// topics are looked up before anybody publishes, and `room` is less than its memory.
    private static final Duration MAX_BLOCK = Duration.ofMillis(500);

    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final Producer<String, byte[]> producer;
    private final Tracing tracing;
    private final Duration timeout;
    private final Clock clock = Clock.systemUTC();

    /// Bytes that may wait for the broker's acknowledgement.
    private final int capacity;

    private final Semaphore room;

    private volatile String lastTrouble = "";

    /// Done when the broker has shown all topics.
    private final CompletableFuture<Void> search;

    /// Waits for the broker, so that whoever publishes first finds it there, but no longer than a
    /// publisher would: without a broker everything but publishing works.
    EventChannel(
            KafkaConnection connection, KafkaConfig config, TopicCheck topics, Tracing tracing) {
        this.tracing = tracing;
        timeout = config.publishTimeout();
        capacity = Math.toIntExact(config.maxInFlight().asLongValue());
        room = new Semaphore(capacity);
        producer = new KafkaProducer<>(connection.settings(settings(timeout, capacity)));
        search =
                Uni.createFrom()
                        .voidItem()
                        .emitOn(Thread::startVirtualThread)
                        .invoke(() -> find(topics))
                        .onFailure()
                        .retry()
                        .withBackOff(MAX_BLOCK, LAST_RETRY)
                        .indefinitely()
                        .subscribeAsCompletionStage();
        try {
            search.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // Said by the search, with the reason.
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("It is tried until it succeeds", impossible);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Says what is amiss when that changes, not each time that it is looked for.
    private void find(TopicCheck topics) {
        var trouble = topics.trouble();
        if (!trouble.isEmpty()) {
            if (!trouble.equals(lastTrouble)) {
                LOG.warnf("Nothing is taken until this is put right: %s", trouble);
                lastTrouble = trouble;
            }
            throw new NotPublishedException(trouble);
        }
        Topics.names().forEach(producer::partitionsFor);
        if (!lastTrouble.isEmpty()) {
            LOG.info("All topics are there and may be used");
        }
    }

    /// @param origin the delivery that it came with
    public CompletionStage<Void> publish(GitEvent event, Origin origin) {
        return publish(event, origin.attributes());
    }

    /// One that no delivery brought.
    public CompletionStage<Void> publish(GitEvent event) {
        return publish(event, Map.of());
    }

    private CompletionStage<Void> publish(GitEvent event, Map<String, String> more) {
        return send(
                Topics.GIT_EVENTS,
                event.repository(),
                event.id(),
                event.provider(),
                more,
                event,
                Trace.current());
    }

    /// @param origin the delivery that it came with
    public CompletionStage<Void> publish(ImageEvent event, Origin origin) {
        return send(
                Topics.IMAGE_EVENTS,
                event.repository(),
                event.id(),
                event.provider(),
                origin.attributes(),
                event,
                Trace.current());
    }

    /// Asks for the files of a push that does not list them all.
    public CompletionStage<Void> publishIncomplete(GitEvent.Pushed push, Trace trace) {
        return send(
                Topics.INCOMPLETE_PUSHES,
                push.repository(),
                push.id(),
                "pipeline",
                cause(push.id()),
                push,
                trace);
    }

    public CompletionStage<Void> publish(DeliveryEvent event) {
        return switch (event) {
            case DeliveryEvent.WithoutEffect delivery ->
                    send(
                            Topics.DELIVERIES,
                            delivery.provider(),
                            UUID.randomUUID().toString(),
                            delivery.provider(),
                            Map.of(
                                    Origin.DELIVERY,
                                    delivery.delivery(),
                                    Origin.SENDER,
                                    delivery.sender()),
                            delivery,
                            Trace.current());
        };
    }

    public CompletionStage<Void> publish(ApplicationCommand command) {
        return publish(command, Trace.current());
    }

    public CompletionStage<Void> publish(ApplicationCommand command, Trace trace) {
        return switch (command) {
            case ApplicationCommand.Refresh refresh ->
                    send(
                            Topics.COMMANDS,
                            refresh.application().toString(),
                            UUID.randomUUID().toString(),
                            "pipeline",
                            cause(refresh.cause()),
                            refresh,
                            trace);
        };
    }

    public CompletionStage<Void> publish(WriteBack request, Trace trace) {
        return send(
                Topics.WRITE_BACKS,
                request.branchKey(),
                UUID.randomUUID().toString(),
                "pipeline",
                cause(request.cause()),
                request,
                trace);
    }

    public CompletionStage<Void> publish(ApplicationEvent event) {
        var cause =
                switch (event) {
                    case ApplicationEvent.Refreshed refreshed -> refreshed.cause();
                    case ApplicationEvent.OperationFinished finished -> finished.cause();
                    case ApplicationEvent.ImageWrittenBack written -> written.cause();
                    case ApplicationEvent.ImageRefused refused -> refused.cause();
                };
        return send(
                Topics.APPLICATION_EVENTS,
                event.application().toString(),
                UUID.randomUUID().toString(),
                "application",
                cause(cause),
                event,
                Trace.current());
    }

    /// The attributes are what the event says itself, as CDEvents has it.
    public CompletionStage<Void> publish(ChangeEvent event) {
        return send(
                Topics.CHANGES,
                event.repository(),
                event.context().id(),
                "changes",
                Map.of(TIME, event.context().timestamp(), SUBJECT, event.subject().id()),
                event,
                Trace.current());
    }

    /// Puts a record aside that cannot be handled, as it was, with the reason. One that leaves no
    /// room for the reason is put aside without its content, which stays where it was read.
    CompletionStage<Void> deadLetter(
            ConsumerRecord<String, ? extends Received<?>> one, String reason) {
        var now = clock.instant();
        return send(DeadLetter.of(one, reason, now))
                .exceptionallyCompose(
                        failure ->
                                failure instanceof TooLargeException
                                        ? send(DeadLetter.withoutContent(one, reason, now))
                                        : CompletableFuture.failedStage(failure));
    }

    /// Writes a record of the log once more, byte for byte: a dead letter to the topic from which
    /// it was put aside, any other to its own.
    ///
    /// @throws IllegalArgumentException if it is a dead letter that does not say where it came from
    public CompletionStage<Void> replay(EventHistory.Entry entry) {
        var headers = new RecordHeaders();
        entry.attributes()
                .forEach(
                        (name, value) -> {
                            if (!DeadLetter.isOwn(name)) {
                                header(headers, name, value);
                            }
                        });
        header(headers, REPLAYED, clock.instant().toString());
        var topic =
                entry.topic() == Topics.DEAD_LETTERS
                        ? DeadLetter.topicOf(entry)
                        : entry.topic().topicName();
        if (!Topics.names().contains(topic)) {
            throw new IllegalArgumentException(
                    "The dead letter at offset %d of partition %d does not say where it came from"
                            .formatted(entry.offset(), entry.partition()));
        }
        return send(new ProducerRecord<>(topic, null, entry.key(), entry.value(), headers));
    }

    private CompletionStage<Void> send(
            Topics topic,
            String key,
            String id,
            String source,
            Map<String, String> more,
            Object event,
            Trace trace) {
        var headers = new RecordHeaders();
        header(headers, "ce_specversion", "1.0");
        header(headers, ID, id);
        header(headers, "ce_source", "/tiphys/" + source);
        header(headers, TYPE, RecordTypes.typeOf(event));
        if (!more.containsKey(TIME)) {
            var received = more.get(Origin.RECEIVED);
            header(headers, TIME, received == null ? clock.instant().toString() : received);
        }
        if (!more.containsKey(SUBJECT)) {
            header(headers, SUBJECT, key);
        }
        more.forEach((name, value) -> header(headers, name, value));
        header(headers, "content-type", "application/json");
        var message =
                new ProducerRecord<>(
                        topic.topicName(), null, key, RecordTypes.write(event), headers);
        return tracing.isOn() && !trace.isNone()
                ? RecordSpans.send(tracing, message, trace, this::send)
                : send(message);
    }

    private static Map<String, String> cause(String id) {
        return id.isEmpty() ? Map.of() : Map.of("ce_cause", id);
    }

    private CompletionStage<Void> send(ProducerRecord<String, byte[]> message) {
        var acknowledged = new CompletableFuture<Void>();
        int bytes = OVERHEAD_BYTES + message.value().length;
        if (!search.isDone()) {
            acknowledged.completeExceptionally(
                    new NotPublishedException(
                            "The broker was not reached since the start, or lacks topics"));
        } else if (bytes > capacity) {
            acknowledged.completeExceptionally(
                    new TooLargeException(
                            "%d bytes, and tiphys.kafka.max-in-flight is %d"
                                    .formatted(bytes, capacity)));
        } else if (!room.tryAcquire(bytes)) {
            acknowledged.completeExceptionally(
                    new NotPublishedException("Too much waits for the broker already"));
        } else {
            send(message, acknowledged, bytes);
        }
        return acknowledged;
    }

    /// The producer answers within its delivery timeout, so no timer of ours is needed.
    private void send(
            ProducerRecord<String, byte[]> message,
            CompletableFuture<Void> acknowledged,
            int bytes) {
        try {
            var _ =
                    producer.send(
                            message,
                            (_, failure) -> {
                                room.release(bytes);
                                finish(acknowledged, failure);
                            });
        } catch (KafkaException refused) {
            room.release(bytes);
            finish(acknowledged, refused);
        }
    }

    private static void finish(CompletableFuture<Void> acknowledged, @Nullable Exception failure) {
        switch (failure) {
            case null -> acknowledged.complete(null);
            case RecordTooLargeException tooLarge ->
                    acknowledged.completeExceptionally(
                            new TooLargeException(String.valueOf(tooLarge.getMessage())));
            default -> acknowledged.completeExceptionally(new NotPublishedException(failure));
        }
    }

    Tracing tracing() {
        return tracing;
    }

    @PreDestroy
    void close() {
        search.cancel(false);
        producer.close(timeout);
    }

    private static void header(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> settings(Duration timeout, int maxInFlight) {
        return Map.ofEntries(
                Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class),
                Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                // A lone push must not wait for company. Under load batches form by themselves:
                // records gather while those before them are on their way. With Kafka's five
                // requests on their way there was always one to go with, of a record or two, and
                // all those small ones cost the broker more than anything else did.
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
                Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024),
                // Half-filled batches take the room of full ones.
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 3L * maxInFlight),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis()),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis()),
                Map.entry(
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis() * 4 / 5),
                Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200),
                // A topic that was not used for a while must not cost a look-up.
                Map.entry(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis()));
    }
}
