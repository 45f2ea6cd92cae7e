package io.tiphys.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Watches which Applications are asked to refresh, and because of which event, from now on.
final class CommandLog implements AutoCloseable {

    static final String TOPIC = "tiphys.commands";
    private static final Duration POLL = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Map<String, Long>> byCause = new ConcurrentHashMap<>();
    private final Thread reader;
    private volatile long marked = Long.MAX_VALUE;
    private final AtomicLong first = new AtomicLong();

    CommandLog(String address) {
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                address,
                                "enable.auto.commit",
                                false,
                                "reconnect.backoff.max.ms",
                                200),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(
                consumer.partitionsFor(TOPIC).stream()
                        .map(it -> new TopicPartition(TOPIC, it.partition()))
                        .toList());
        consumer.seekToEnd(List.of());
        consumer.assignment().forEach(consumer::position);
        reader = Thread.ofPlatform().daemon().name("commands").start(this::read);
    }

    /// The Applications, as `namespace/name`, that were asked because of an event, with the time by
    /// `System.nanoTime()` at which the command was seen first.
    Map<String, Long> because(String event) {
        return byCause.getOrDefault(event, Map.of());
    }

    /// From now on it is waited for a command.
    void mark() {
        first.set(0);
        marked = System.nanoTime();
    }

    /// When the first command since the mark was seen, by `System.nanoTime()`; 0 if none was.
    long first() {
        return first.get();
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (var command : consumer.poll(POLL)) {
                    if (System.nanoTime() >= marked) {
                        first.compareAndSet(0, System.nanoTime());
                    }
                    byCause.computeIfAbsent(
                                    text(command.headers(), "ce_cause"),
                                    _ -> new ConcurrentHashMap<>())
                            .putIfAbsent(text(command.headers(), "ce_subject"), System.nanoTime());
                }
            }
        } catch (WakeupException _) {
            // Closing.
            byCause.clear();
        }
    }

    private static String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            reader.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
