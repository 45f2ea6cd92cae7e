package io.tiphys.channel;

import io.tiphys.core.event.ApplicationCommand;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.RepositoryUrl;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Publishes records. A returned stage completes when the broker has the record; it fails when the
/// broker cannot take it in time (the record may be written all the same). Never blocks the caller.
@Singleton
public class EventChannel {

    static final String TYPE = "ce_type";

    private final Producer<String, byte[]> producer;
    private final Duration timeout;
    private final Clock clock = Clock.systemUTC();

    /// Bounds what waits for the broker, the queue below included.
    private final Semaphore inFlight;

    /// `KafkaProducer.send` may block while it looks for the broker. This thread may, callers on an
    /// event loop may not.
    private final Thread sender;

    private final BlockingQueue<Outgoing> queue;

    private record Outgoing(
            ProducerRecord<String, byte[]> message, CompletableFuture<Void> acknowledged) {}

    EventChannel(KafkaConnection connection, KafkaConfig config) {
        timeout = config.publishTimeout();
        inFlight = new Semaphore(config.maxInFlight());
        queue = new ArrayBlockingQueue<>(config.maxInFlight());
        producer = new KafkaProducer<>(settings(connection.bootstrapServers(), timeout));
        sender = Thread.ofPlatform().name("tiphys-publish").daemon().start(this::sendQueued);
    }

    public CompletionStage<Void> publish(GitEvent event) {
        return switch (event) {
            case GitEvent.Pushed pushed ->
                    send(
                            Topics.GIT_EVENTS,
                            pushed.repository(),
                            pushed.id(),
                            pushed.provider(),
                            Optional.empty(),
                            pushed);
        };
    }

    public CompletionStage<Void> publish(ImageEvent event) {
        return switch (event) {
            case ImageEvent.Pushed pushed ->
                    send(
                            Topics.IMAGE_EVENTS,
                            pushed.repository(),
                            pushed.id(),
                            pushed.provider(),
                            Optional.empty(),
                            pushed);
        };
    }

    public CompletionStage<Void> publish(ApplicationCommand command) {
        return switch (command) {
            case ApplicationCommand.Refresh refresh ->
                    send(
                            Topics.COMMANDS,
                            refresh.application().toString(),
                            UUID.randomUUID().toString(),
                            "pipeline",
                            Optional.of(refresh.cause()),
                            refresh);
        };
    }

    public CompletionStage<Void> publish(WriteBack request) {
        return send(
                Topics.WRITE_BACKS,
                RepositoryUrl.canonical(request.repoUrl()) + "#" + request.branch(),
                UUID.randomUUID().toString(),
                "pipeline",
                Optional.of(request.cause()),
                request);
    }

    public CompletionStage<Void> publish(ApplicationEvent event) {
        var cause =
                switch (event) {
                    case ApplicationEvent.Refreshed refreshed -> refreshed.cause();
                    case ApplicationEvent.OperationFinished finished -> finished.cause();
                    case ApplicationEvent.ImageWrittenBack written -> written.cause();
                };
        return send(
                Topics.APPLICATION_EVENTS,
                event.application().toString(),
                UUID.randomUUID().toString(),
                "application",
                Optional.of(cause),
                event);
    }

    /// Puts a record aside that cannot be handled, as it was, with the reason.
    public CompletionStage<Void> deadLetter(
            String topic, String key, Received<?> received, String reason) {
        var headers = new RecordHeaders();
        header(headers, "dead-letter-topic", topic);
        header(headers, "dead-letter-reason", reason);
        header(headers, "dead-letter-at", clock.instant().toString());
        return send(
                new ProducerRecord<>(
                        Topics.DEAD_LETTERS.topicName(), null, key, received.value(), headers));
    }

    private CompletionStage<Void> send(
            Topics topic,
            String key,
            String id,
            String source,
            Optional<String> cause,
            Object event) {
        var headers = new RecordHeaders();
        header(headers, "ce_specversion", "1.0");
        header(headers, "ce_id", id);
        header(headers, "ce_source", "/tiphys/" + source);
        header(headers, TYPE, RecordTypes.typeOf(event));
        header(headers, "ce_time", clock.instant().toString());
        header(headers, "ce_subject", key);
        cause.filter(text -> !text.isEmpty()).ifPresent(text -> header(headers, "ce_cause", text));
        header(headers, "content-type", "application/json");
        return send(
                new ProducerRecord<>(
                        topic.topicName(), null, key, RecordTypes.write(event), headers));
    }

    private CompletionStage<Void> send(ProducerRecord<String, byte[]> message) {
        var acknowledged = new CompletableFuture<Void>();
        if (!inFlight.tryAcquire()) {
            acknowledged.completeExceptionally(
                    new NotPublishedException(
                            "Too many records wait for the broker",
                            new RejectedExecutionException()));
            return acknowledged;
        }
        queue.add(new Outgoing(message, acknowledged));
        return acknowledged.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sendQueued() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                send(queue.take());
            }
        } catch (InterruptedException | InterruptException _) {
            // Closing.
            Thread.currentThread().interrupt();
        }
    }

    private void send(Outgoing outgoing) {
        // Who waited has been told that it failed: sending it now would only add to the jam.
        if (outgoing.acknowledged.isDone()) {
            inFlight.release();
            return;
        }
        try {
            var _ = producer.send(outgoing.message, (_, failure) -> finish(outgoing, failure));
        } catch (KafkaException refused) {
            finish(outgoing, refused);
        }
    }

    private void finish(Outgoing outgoing, @Nullable Exception failure) {
        inFlight.release();
        if (failure == null) {
            outgoing.acknowledged.complete(null);
        } else {
            outgoing.acknowledged.completeExceptionally(
                    new NotPublishedException(
                            "The broker did not acknowledge the record", failure));
        }
    }

    @PreDestroy
    void close() {
        sender.interrupt();
        producer.close(timeout);
    }

    private static void header(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> settings(String bootstrapServers, Duration timeout) {
        return Map.ofEntries(
                Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class),
                Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                // A lone push must not wait for company. Under load batches form by themselves:
                // records gather while the one before them is on its way.
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis()),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis()),
                Map.entry(
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis() * 4 / 5),
                Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200),
                // A topic that was not used for a while must not cost a look-up.
                Map.entry(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis()));
    }
}
