package io.tiphys.channel;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// The configuration of tests.
///
/// @param room bytes in flight
record TestKafka(
        Optional<String> bootstrapServers, boolean createTopics, int partitionCount, int room)
        implements KafkaConfig {

    static final int MAX_IN_FLIGHT = 500_000;

    /// Topics of one partition, little room.
    TestKafka(Optional<String> bootstrapServers, boolean createTopics) {
        this(bootstrapServers, createTopics, 1, MAX_IN_FLIGHT);
    }

    @Override
    public OptionalInt partitions() {
        return OptionalInt.of(partitionCount);
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
    public MemorySize maxInFlight() {
        return new MemorySize(BigInteger.valueOf(room));
    }

    /// As little as the embedded broker takes.
    @Override
    public Duration sessionTimeout() {
        return Duration.ofSeconds(1);
    }

    static KafkaConnection connection(KafkaConfig config) {
        return new KafkaConnection(config, Map.of(), () -> "127.0.0.1:1");
    }

    /// What a topic holds.
    static List<ConsumerRecord<String, Received<Object>>> records(
            String bootstrapServers, Topics topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new StringDeserializer(),
                        new ReceivedDeserializer<>())) {
            var partition = new TopicPartition(topic.topicName(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            var records = new ArrayList<ConsumerRecord<String, Received<Object>>>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
            return records;
        }
    }
}
