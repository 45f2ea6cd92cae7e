package io.tiphys.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Looks at the event log from outside: what is in it, and who has read how far.
final class Broker implements AutoCloseable {

    static final String EVENTS = "tiphys.git-events";
    private static final String DELIVERIES = "tiphys.deliveries";
    static final String READER = "tiphys-pipeline-git";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Nobody reads the bare pipe's payloads, and a long run writes more than a disk holds.
    private static final Map<String, String> SHORT_LIVED =
            Map.of("segment.bytes", "67108864", "retention.bytes", "67108864");

    private final String address;
    private final Admin admin;

    Broker(String address) {
        this.address = address;
        admin = Admin.create(Map.of("bootstrap.servers", address));
    }

    void createTopic(String name, int partitions) {
        answer(
                () ->
                        admin.createTopics(
                                        List.of(
                                                new NewTopic(name, partitions, (short) 1)
                                                        .configs(SHORT_LIVED)))
                                .all()
                                .get());
    }

    /// Where a topic ends now.
    Map<TopicPartition, Long> ends(String topic) {
        return answer(
                () -> {
                    var partitions =
                            admin.describeTopics(List.of(topic))
                                    .allTopicNames()
                                    .get()
                                    .get(topic)
                                    .partitions();
                    var wanted = new HashMap<TopicPartition, OffsetSpec>();
                    partitions.forEach(
                            partition ->
                                    wanted.put(
                                            new TopicPartition(topic, partition.partition()),
                                            OffsetSpec.latest()));
                    var ends = new HashMap<TopicPartition, Long>();
                    admin.listOffsets(wanted)
                            .all()
                            .get()
                            .forEach((partition, end) -> ends.put(partition, end.offset()));
                    return ends;
                });
    }

    /// Waits until the service has handled every event, so that its work is counted where it
    /// belongs and does not disturb what comes next.
    void awaitHandled() {
        awaitHandled(EVENTS, READER);
    }

    /// Waits until a group has handled all that a topic holds.
    void awaitHandled(String topic, String group) {
        Patience.until(
                PATIENCE,
                "all of " + topic + " is handled by " + group,
                () -> {
                    // Not too often: asking costs the broker, and so the service, CPU time.
                    Patience.pause(Duration.ofMillis(200));
                    var handled =
                            admin.listConsumerGroupOffsets(group)
                                    .partitionsToOffsetAndMetadata()
                                    .get();
                    return ends(topic).entrySet().stream()
                            .allMatch(
                                    end -> {
                                        var at = handled.get(end.getKey());
                                        return end.getValue() == 0
                                                || (at != null && at.offset() >= end.getValue());
                                    });
                });
    }

    /// How many records a topic has had.
    long records(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    /// How many of a topic's records a group has not handled.
    long unhandled(String topic, String group) {
        var handled =
                answer(
                        () ->
                                admin.listConsumerGroupOffsets(group)
                                        .partitionsToOffsetAndMetadata()
                                        .get());
        long left = 0;
        for (var end : ends(topic).entrySet()) {
            var at = handled.get(end.getKey());
            left += end.getValue() - (at == null ? 0 : at.offset());
        }
        return left;
    }

    /// The numbers of the deliveries in the log of those from which no event came.
    BitSet deliveries() {
        return read(DELIVERIES, Map.of(), "ce_delivery").found();
    }

    /// What a consumer finds after a place in the topic of events.
    ///
    /// @param found numbers of deliveries
    /// @param duplicates records whose delivery had been found already
    record Found(BitSet found, int duplicates) {}

    Found consume(Map<TopicPartition, Long> from) {
        return read(EVENTS, from, "ce_id");
    }

    /// @param header in which the delivery's id stands
    private Found read(String topic, Map<TopicPartition, Long> from, String header) {
        var ends = ends(topic);
        var found = new BitSet();
        int duplicates = 0;
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(
                        Map.of("bootstrap.servers", address, "enable.auto.commit", false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            from.forEach(consumer::seek);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var message : consumer.poll(Duration.ofSeconds(1))) {
                    var id =
                            new String(
                                    message.headers().lastHeader(header).value(),
                                    StandardCharsets.UTF_8);
                    if (id.startsWith("bench-")) {
                        int number = Integer.parseInt(id.substring(6, 15));
                        duplicates += found.get(number) ? 1 : 0;
                        found.set(number);
                    }
                }
            }
        }
        return new Found(found, duplicates);
    }

    @Override
    public void close() {
        admin.close();
    }

    private interface Question<T> {
        T ask() throws ExecutionException, InterruptedException;
    }

    private static <T> T answer(Question<T> question) {
        try {
            return question.ask();
        } catch (ExecutionException refused) {
            throw new IllegalStateException("The broker refused", refused.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }
}
