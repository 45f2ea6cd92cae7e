package io.tiphys.channel;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Reads the topics on which storms come, a batch at a time: what the log held when it was asked,
/// one record when it is quiet, hundreds after a burst. The next batch is read when all that came
/// of the one before is done, so a slow handler makes larger batches and nothing piles up here.
///
/// At least once: a batch counts as read when its handler is done with it. While the broker takes
/// nothing, the same batch is tried again; a record that cannot be read, or that fails its handler
/// even alone, becomes a dead letter and its neighbours go on.
@Singleton
public class EventReader {

    private static final Logger LOG = Logger.getLogger(EventReader.class);

    /// Bounds what is held in memory at once.
    private static final int LARGEST_BATCH = 1000;

    /// How often an idle reader looks up. What arrives is handed over at once.
    private static final Duration IDLE = Duration.ofSeconds(10);

    /// How long records gather before the next are taken, while they come faster than one at a
    /// time: a fetch for every few of them cost broker and reader more than all that was done with
    /// them. One alone is taken at once.
    private static final Duration GATHERING = Duration.ofMillis(5);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(10);

    private static final Duration STOP = Duration.ofSeconds(2);

    private final KafkaConnection connection;
    private final EventChannel channel;
    private final MeterRegistry meters;
    private final InstantSource clock = InstantSource.system();
    private final List<Reading<?>> readings = new CopyOnWriteArrayList<>();

    EventReader(KafkaConnection connection, EventChannel channel, MeterRegistry meters) {
        this.connection = connection;
        this.channel = channel;
        this.meters = meters;
    }

    /// Hands every record of a topic to a handler, from now until the service stops. All who read
    /// under the name of one group share the topic's partitions.
    public <T> void read(
            Topics topic,
            String group,
            Class<T> wanted,
            Function<List<Incoming<T>>, Uni<Void>> handler) {
        var reading = new Reading<>(topic, consumer(group), wanted, handler);
        readings.add(reading);
        reading.thread.start();
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
                connection.settings(
                        Map.ofEntries(
                                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, group),
                                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, group),
                                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                                // What was handed over by one poll is committed by a later one, and
                                // by
                                // then it is done with.
                                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, true),
                                Map.entry(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, 500),
                                Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, LARGEST_BATCH),
                                // A replica that dies is noticed in six seconds, not Kafka's 45.
                                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000),
                                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1500),
                                Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200))),
                new StringDeserializer(),
                new ReceivedDeserializer<>());
    }

    /// One topic being read, on a thread of its own.
    private final class Reading<T> {

        private final Topics topic;
        private final Consumer<String, Received<T>> consumer;
        private final Class<T> wanted;
        private final Function<List<Incoming<T>>, Uni<Void>> handler;
        private final CountDownLatch stopping = new CountDownLatch(1);
        private final Timer age;
        private final Thread thread;

        Reading(
                Topics topic,
                Consumer<String, Received<T>> consumer,
                Class<T> wanted,
                Function<List<Incoming<T>>, Uni<Void>> handler) {
            this.topic = topic;
            this.consumer = consumer;
            this.wanted = wanted;
            this.handler = handler;
            age = meters.timer("tiphys.events.age", "topic", topic.topicName());
            thread = Thread.ofPlatform().name(topic.topicName()).daemon().unstarted(this::run);
        }

        private void run() {
            try (var lag = new KafkaClientMetrics(consumer)) {
                lag.bindTo(meters);
                consumer.subscribe(List.of(topic.topicName()));
                var pause = FIRST_PAUSE;
                while (stopping.getCount() > 0) {
                    if (readBatch()) {
                        pause = FIRST_PAUSE;
                    } else {
                        var _ = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                        pause = pause.multipliedBy(2);
                        pause = pause.compareTo(LAST_PAUSE) < 0 ? pause : LAST_PAUSE;
                    }
                }
            } catch (WakeupException | InterruptedException _) {
                // Stopping.
            } finally {
                consumer.close(CloseOptions.timeout(STOP));
            }
        }

        /// Whether it was done. If not, it will be read again.
        private boolean readBatch() {
            ConsumerRecords<String, Received<T>> records;
            try {
                records = consumer.poll(IDLE);
            } catch (WakeupException stopped) {
                throw stopped;
            } catch (KafkaException failure) {
                LOG.warnf("%s cannot be read: %s", topic.topicName(), failure.getMessage());
                return false;
            }
            try {
                handle(records);
                measureAge(records);
                if (records.count() > 1) {
                    LockSupport.parkNanos(GATHERING.toNanos());
                }
                return true;
            } catch (NotPublishedException failure) {
                LOG.warnf(
                        "%d records of %s wait for the broker: %s",
                        records.count(), topic.topicName(), failure.getMessage());
                for (var partition : records.partitions()) {
                    consumer.seek(partition, records.records(partition).getFirst().offset());
                }
                return false;
            }
        }

        /// From the log's own time of the oldest record to now, when all that came of it is done.
        private void measureAge(ConsumerRecords<String, Received<T>> records) {
            long oldest = Long.MAX_VALUE;
            for (var one : records) {
                oldest = Math.min(oldest, one.timestamp());
            }
            if (!records.isEmpty()) {
                long millis = Math.max(0, clock.millis() - oldest);
                age.record(millis, TimeUnit.MILLISECONDS);
            }
        }

        private void handle(ConsumerRecords<String, Received<T>> records) {
            var readable = new ArrayList<ConsumerRecord<String, Received<T>>>();
            var events = new ArrayList<Incoming<T>>();
            for (var one : records) {
                try {
                    events.add(
                            new Incoming<>(
                                    EventRecords.read(one, wanted),
                                    one.headers().lastHeader(EventChannel.REPLAYED) != null));
                    readable.add(one);
                } catch (UnreadableRecordException unreadable) {
                    putAside(one, String.valueOf(unreadable.getMessage()));
                }
            }
            if (events.isEmpty() || failure(events).isEmpty()) {
                return;
            }
            for (int i = 0; i < events.size(); i++) {
                var one = readable.get(i);
                failure(events.subList(i, i + 1))
                        .ifPresent(
                                failure -> {
                                    LOG.error("A record of " + topic.topicName(), failure);
                                    putAside(one, "It could not be handled: " + failure);
                                });
            }
        }

        /// Why a handler failed at events that the broker is not to blame for.
        private Optional<RuntimeException> failure(List<Incoming<T>> events) {
            try {
                handler.apply(events).await().indefinitely();
                return Optional.empty();
            } catch (NotPublishedException broker) {
                throw broker;
            } catch (RuntimeException failure) {
                return Optional.of(failure);
            }
        }

        private void putAside(ConsumerRecord<String, Received<T>> one, String reason) {
            meters.counter("tiphys.dead.letters", "topic", one.topic()).increment();
            var sent = channel.deadLetter(one, reason);
            Uni.createFrom().completionStage(sent).await().indefinitely();
        }

        void stop() {
            stopping.countDown();
            consumer.wakeup();
        }

        void awaitEnd() {
            try {
                if (!thread.join(STOP)) {
                    LOG.warnf("%s is still being read; left behind", topic.topicName());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
