package io.tiphys.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The floor of a hop through the event log: one record written, kept and read back.
final class TopicHops implements AutoCloseable {

    private static final String TOPIC = "bench.hops";

    /// About what a command weighs.
    private static final int BYTES = 512;

    private static final int PATIENCE_SECONDS = 30;

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Semaphore arrived = new Semaphore(0);
    private final Thread reader;

    TopicHops(String address) {
        try (var broker = new Broker(address)) {
            broker.createTopic(TOPIC, 1);
        }
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", address, "acks", "all", "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", address, "enable.auto.commit", false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
        consumer.seekToBeginning(consumer.assignment());
        reader = Thread.ofPlatform().daemon().name("hops").start(this::read);
        hop();
    }

    /// Returns when the record has come back to a reader that waited for it, as the service's do.
    void hop() {
        var _ = producer.send(new ProducerRecord<>(TOPIC, new byte[BYTES]));
        try {
            if (!arrived.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("A record did not come back");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    private void read() {
        try (consumer) {
            while (true) {
                arrived.release(consumer.poll(Duration.ofSeconds(10)).count());
            }
        } catch (WakeupException _) {
            // Closing.
            arrived.drainPermits();
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.wakeup();
        try {
            reader.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
