package io.tiphys.channel;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Looks back into the event log: what came when, what was put aside, who sent it. Reads only the
/// time that is asked for and keeps nothing, so it costs nothing while nobody asks.
@Singleton
public class EventHistory {

    /// More than two who look back at once would cost those who look ahead.
    private static final int AT_ONCE = 2;

    private static final Duration POLL = Duration.ofMillis(200);

    /// Who asks waits for the answer, and others for their turn.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaConnection connection;
    private final Semaphore room = new Semaphore(AT_ONCE);

    EventHistory(KafkaConnection connection) {
        this.connection = connection;
    }

    /// A record of the log.
    ///
    /// @param at when the log took it
    /// @param attributes the record's headers, among them CloudEvents' own as `ce_...`
    /// @param value the JSON, byte for byte
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(
            Topics topic,
            int partition,
            long offset,
            Instant at,
            String key,
            Map<String, String> attributes,
            byte[] value) {

        public String id() {
            return attributes.getOrDefault(EventChannel.ID, "");
        }

        /// Names the delivery that it came with, empty if it came with none.
        public String delivery() {
            return attributes.getOrDefault(Origin.DELIVERY, "");
        }

        /// The address that sent the delivery, empty if it came with none.
        public String sender() {
            return attributes.getOrDefault(Origin.SENDER, "");
        }

        /// When the delivery came, in RFC 3339; empty if it came with none.
        public String received() {
            return attributes.getOrDefault(Origin.RECEIVED, "");
        }

        /// Whether it was written once more on demand.
        public boolean isReplay() {
            return attributes.containsKey(EventChannel.REPLAYED);
        }
    }

    /// The newest records of a time that are wanted, oldest first.
    ///
    /// @param limit how many at most; who gets as many may have missed older ones
    /// @throws IllegalStateException if too many look back already, or the log cannot be read in
    ///     time
    public List<Entry> newest(
            Collection<Topics> topics,
            Instant since,
            Instant until,
            Predicate<Entry> wanted,
            int limit) {
        if (!room.tryAcquire()) {
            throw new IllegalStateException("Others look back into the event log at this moment");
        }
        try (var consumer = consumer()) {
            Deque<Entry> found = new ArrayDeque<>();
            for (var topic : topics) {
                scan(consumer, topic, since, until, wanted, limit, found);
            }
            return found.stream()
                    .sorted(Comparator.comparing(Entry::at))
                    .skip(Math.max(0, found.size() - limit))
                    .toList();
        } catch (KafkaException failure) {
            throw new IllegalStateException(
                    "The event log cannot be read: " + failure.getMessage(), failure);
        } finally {
            room.release();
        }
    }

    private static void scan(
            KafkaConsumer<String, byte[]> consumer,
            Topics topic,
            Instant since,
            Instant until,
            Predicate<Entry> wanted,
            int limit,
            Deque<Entry> found) {
        var ends = seek(consumer, topic, since);
        Map<TopicPartition, Deque<Entry>> newest = new HashMap<>();
        long began = System.nanoTime();
        while (!ends.isEmpty()) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "The event log was not read within %d seconds: ask for less time"
                                .formatted(PATIENCE.toSeconds()));
            }
            for (var one : consumer.poll(POLL)) {
                var partition = new TopicPartition(one.topic(), one.partition());
                var at = Instant.ofEpochMilli(one.timestamp());
                if (ends.containsKey(partition) && !at.isAfter(until)) {
                    var entry = entry(topic, one, at);
                    if (wanted.test(entry)) {
                        var kept = newest.computeIfAbsent(partition, _ -> new ArrayDeque<>());
                        kept.addLast(entry);
                        if (kept.size() > limit) {
                            kept.removeFirst();
                        }
                    }
                }
            }
            ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            consumer.pause(
                    consumer.assignment().stream().filter(it -> !ends.containsKey(it)).toList());
        }
        newest.values().forEach(found::addAll);
    }

    /// @return where each partition ends now, without those that hold nothing of the time
    private static Map<TopicPartition, Long> seek(
            KafkaConsumer<String, byte[]> consumer, Topics topic, Instant since) {
        var partitions = new ArrayList<TopicPartition>();
        for (var partition : consumer.partitionsFor(topic.topicName())) {
            partitions.add(new TopicPartition(topic.topicName(), partition.partition()));
        }
        consumer.assign(partitions);
        var ends = new HashMap<>(consumer.endOffsets(partitions));
        var times = new HashMap<TopicPartition, Long>();
        partitions.forEach(it -> times.put(it, since.toEpochMilli()));
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, first) -> {
                            if (first == null) {
                                ends.remove(partition);
                            } else {
                                consumer.seek(partition, first.offset());
                            }
                        });
        consumer.pause(partitions.stream().filter(it -> !ends.containsKey(it)).toList());
        return ends;
    }

    private static Entry entry(Topics topic, ConsumerRecord<String, byte[]> one, Instant at) {
        var attributes = new LinkedHashMap<String, String>();
        for (var header : one.headers()) {
            if (header.value() != null) {
                attributes.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return new Entry(
                topic,
                one.partition(),
                one.offset(),
                at,
                one.key() == null ? "" : one.key(),
                attributes,
                one.value() == null ? new byte[0] : one.value());
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                connection.settings(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
