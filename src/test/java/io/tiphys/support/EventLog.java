package io.tiphys.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The topics as anybody with a Kafka client sees them.
public final class EventLog {

    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> settings;

    public EventLog(Tiphys tiphys) {
        this(tiphys.kafkaSettings());
    }

    /// @param settings of a client of the broker
    public EventLog(Map<String, Object> settings) {
        KAFKA.setLevel(Level.WARNING);
        this.settings = settings;
    }

    /// All that the topic holds now.
    public List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(it -> new TopicPartition(topic, it.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<String, byte[]>>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(records::add);
            }
            return records;
        }
    }

    /// Waits for the broker's acknowledgement.
    public void produce(String topic, String key, byte[] value, Map<String, byte[]> headers)
            throws InterruptedException, ExecutionException {
        var message = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, text) -> message.headers().add(name, text));
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(message).get();
        }
    }

    /// A header's text, empty if there is none.
    public static String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null
                ? ""
                : new String(header.value(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
