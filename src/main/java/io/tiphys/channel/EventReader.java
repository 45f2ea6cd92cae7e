package io.tiphys.channel;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads the topics on which storms come, a batch at a time: what the log held when it was asked,
/// one record when it is quiet, thousands after a burst. The next batch is read when all that came
/// of the one before is done, so a slow handler makes larger batches and nothing piles up here.
///
/// At least once: a batch counts as read when its handler is done with it. What happens to a record
/// that fails its handler even alone, while its neighbours go on, is up to the failure:
///
/// - While the broker takes nothing, the same batch is tried again.
/// - Where somebody else could not be reached or did not answer ([io.tiphys.core.model.MayPass],
///   I/O, timeouts) it is tried again for half a minute; records of its key wait for it, and what
///   comes later waits in the log. Then it becomes a dead letter.
/// - What cannot be read, breaks a rule or meets a fault of ours becomes a dead letter at once.
@Singleton
public class EventReader {

    /// So much of a storm is folded at once by a reader that is behind: with a tenth of it, each
    /// Application that a storm goes on about is asked ten times as often.
    private static final int LARGEST_BATCH = 10_000;

    /// Bounds what is held in memory at once: a batch, and as much fetched ahead.
    private static final int LARGEST_FETCH = 8 * 1024 * 1024;

    private final KafkaConnection connection;
    private final EventChannel channel;
    private final MeterRegistry meters;
    private final Retries retries;
    private final List<Reading<?>> readings = new CopyOnWriteArrayList<>();

    @Inject
    EventReader(KafkaConnection connection, EventChannel channel, MeterRegistry meters) {
        this(connection, channel, meters, Retries.OF_EVENTS);
    }

    EventReader(
            KafkaConnection connection,
            EventChannel channel,
            MeterRegistry meters,
            Retries retries) {
        this.connection = connection;
        this.channel = channel;
        this.meters = meters;
        this.retries = retries;
    }

    /// Hands every record of a topic to a handler, from now until the service stops. All who read
    /// under the name of one group share the topic's partitions.
    public <T> void read(
            Topics topic,
            String group,
            Class<T> wanted,
            Function<List<Incoming<T>>, Uni<Void>> handler) {
        read(topic, group, wanted, handler, () -> {});
    }

    /// For a handler that remembers what it handled.
    ///
    /// @param forget called between batches when partitions come from another reader of the group:
    ///     it handled records of them that this handler knows nothing of
    public <T> void read(
            Topics topic,
            String group,
            Class<T> wanted,
            Function<List<Incoming<T>>, Uni<Void>> handler,
            Runnable forget) {
        var reading =
                new Reading<>(
                        topic, consumer(group), wanted, handler, forget, channel, meters, retries);
        readings.add(reading);
        reading.start();
    }

    /// The topics that are to be read and are not, by name, each with the reason.
    Map<String, String> troubles() {
        var troubles = new TreeMap<String, String>();
        for (var reading : readings) {
            var trouble = reading.trouble();
            if (!trouble.isEmpty()) {
                troubles.put(reading.topic().topicName(), trouble);
            }
        }
        return troubles;
    }

    /// Before the broker goes, if it is an embedded one.
    void stop(@Observes ShutdownEvent event) {
        close();
    }

    void close() {
        readings.forEach(Reading::stop);
        readings.forEach(Reading::awaitEnd);
    }

    private <T> Consumer<String, Received<T>> consumer(String group) {
        return new KafkaConsumer<>(
                connection.memberSettings(
                        Map.of(
                                ConsumerConfig.GROUP_ID_CONFIG,
                                group,
                                ConsumerConfig.CLIENT_ID_CONFIG,
                                group,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                // What one poll handed over is committed by a later one, and by
                                // then it is done with.
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                true,
                                ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
                                500,
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                LARGEST_BATCH,
                                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                LARGEST_FETCH,
                                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                LARGEST_FETCH)),
                new StringDeserializer(),
                new ReceivedDeserializer<>());
    }
}
