package io.tiphys.channel;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// One topic being read, on a thread of its own; [EventReader] says how.
///
/// The consumer commits by itself what `poll` handed over before, and does so in the next `poll`,
/// when partitions are taken away (in `poll` too) and at its end. So it is enough that it stands
/// at the beginning of a batch again whenever that was not done.
final class Reading<T> {

    private static final Logger LOG = Logger.getLogger(EventReader.class);

    /// How often an idle reader looks up. What arrives is handed over at once.
    private static final Duration IDLE = Duration.ofSeconds(10);

    /// How long records gather at least before the next are taken, while they come faster than one
    /// at a time: a fetch for every few of them cost broker and reader more than all that was done
    /// with them. One alone is taken at once.
    private static final Duration GATHERING = Duration.ofMillis(5);

    /// How much longer than handling a batch took the next one gathers. So in a storm, and the more
    /// the shorter the machine is of time, much of what asks for the same comes together, and is
    /// done once.
    private static final int GATHERING_TIMES = 8;

    /// So that the wait of a batch for a slow broker is not waited for again.
    private static final Duration LONGEST_GATHERING = Duration.ofMillis(250);

    private static final Retries BROKER_TROUBLE =
            new Retries(Integer.MAX_VALUE, Duration.ofMillis(200), Duration.ofSeconds(10));

    private static final Duration STOP = Duration.ofSeconds(2);

    private final Topics topic;
    private final Consumer<String, Received<T>> consumer;
    private final String group;
    private final Class<T> wanted;
    private final Function<List<Incoming<T>>, Uni<Void>> handler;
    private final Runnable forget;
    private final EventChannel channel;
    private final MeterRegistry meters;
    private final Retries retries;
    private final InstantSource clock = InstantSource.system();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Timer age;
    private final Thread thread;
    private volatile boolean member;
    private volatile String failure = "";

    /// A record that can be read.
    private static final class Item<T> {

        final ConsumerRecord<String, Received<T>> one;
        final Span span;
        final Incoming<T> event;
        int attempts;

        Item(ConsumerRecord<String, Received<T>> one, Span span, T event) {
            this.one = one;
            this.span = span;
            boolean replayed = one.headers().lastHeader(EventChannel.REPLAYED) != null;
            this.event = new Incoming<>(event, replayed, Trace.of(span));
        }
    }

    Reading(
            Topics topic,
            Consumer<String, Received<T>> consumer,
            Class<T> wanted,
            Function<List<Incoming<T>>, Uni<Void>> handler,
            Runnable forget,
            EventChannel channel,
            MeterRegistry meters,
            Retries retries) {
        this.topic = topic;
        this.consumer = consumer;
        group = consumer.groupMetadata().groupId();
        this.wanted = wanted;
        this.handler = handler;
        this.forget = forget;
        this.channel = channel;
        this.meters = meters;
        this.retries = retries;
        age = meters.timer("tiphys.events.age", "topic", topic.topicName());
        thread = Thread.ofPlatform().name(topic.topicName()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
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

    Topics topic() {
        return topic;
    }

    /// Why the topic is not being read, empty if it is.
    String trouble() {
        if (!thread.isAlive()) {
            return "its reader has ended";
        }
        if (!failure.isEmpty()) {
            return failure;
        }
        return member ? "" : "its reader is not in the consumer group yet";
    }

    private void run() {
        try (var lag = new KafkaClientMetrics(consumer)) {
            lag.bindTo(meters);
            consumer.subscribe(List.of(topic.topicName()), membership());
            int failures = 0;
            while (stopping.getCount() > 0) {
                failures = readBatch() ? 0 : failures + 1;
                if (failures > 0) {
                    rest(BROKER_TROUBLE.pauseAfter(failures));
                }
            }
        } catch (WakeupException | InterruptedException _) {
            // Stopping.
        } finally {
            consumer.close(CloseOptions.timeout(STOP));
        }
    }

    private ConsumerRebalanceListener membership() {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                member = true;
                if (!partitions.isEmpty()) {
                    forget.run();
                }
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                // Given to others; what of them was handed over is done, or stands to be read
                // again.
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                member = false;
            }
        };
    }

    /// @return whether it is not yet to stop
    private boolean rest(Duration pause) throws InterruptedException {
        return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Whether it was done. If not, it will be read again.
    private boolean readBatch() throws InterruptedException {
        ConsumerRecords<String, Received<T>> records;
        try {
            records = consumer.poll(IDLE);
            failure = "";
        } catch (WakeupException stopped) {
            throw stopped;
        } catch (KafkaException cannot) {
            failure = "it cannot be read: " + cannot.getMessage();
            LOG.warnf("%s: %s", topic.topicName(), failure);
            return false;
        }
        long began = System.nanoTime();
        boolean done = false;
        try {
            done = handle(records);
        } catch (RuntimeException trouble) {
            if (FailureKind.of(trouble) != FailureKind.BROKER) {
                throw trouble;
            }
            LOG.warnf(
                    "%d records of %s wait for the broker: %s",
                    records.count(), topic.topicName(), trouble.getMessage());
        } finally {
            if (!done) {
                rewind(records);
            }
        }
        if (done && records.count() > 1 && !isBehind(records)) {
            LockSupport.parkNanos(
                    Math.clamp(
                            GATHERING_TIMES * (System.nanoTime() - began),
                            GATHERING.toNanos(),
                            LONGEST_GATHERING.toNanos()));
        }
        return done;
    }

    /// Whether the log held more than was taken at once: there is nothing to be waited for then.
    private boolean isBehind(ConsumerRecords<String, Received<T>> records) {
        return records.partitions().stream().anyMatch(it -> consumer.currentLag(it).orElse(0) > 0);
    }

    private void rewind(ConsumerRecords<String, Received<T>> records) {
        for (var partition : records.partitions()) {
            consumer.seek(partition, records.records(partition).getFirst().offset());
        }
    }

    /// Together, and if that fails, one by one, so that nobody suffers for a neighbour.
    ///
    /// @return whether it was done; not if it is to stop meanwhile
    private boolean handle(ConsumerRecords<String, Received<T>> records)
            throws InterruptedException {
        var items = readable(records);
        boolean done = false;
        try {
            done = handle(items);
        } finally {
            for (var item : items) {
                if (!done) {
                    item.span.setStatus(StatusCode.ERROR, "It is read again later");
                }
                item.span.end();
            }
        }
        if (done) {
            measureAge(records);
        }
        return done;
    }

    private boolean handle(List<Item<T>> all) throws InterruptedException {
        var items = all;
        if (items.size() == 1 || (!items.isEmpty() && failureOf(items).isPresent())) {
            for (int round = 1; !items.isEmpty(); round++) {
                items = oneByOne(items);
                if (!items.isEmpty() && !rest(retries.pauseAfter(round))) {
                    return false;
                }
            }
        }
        return true;
    }

    private List<Item<T>> readable(ConsumerRecords<String, Received<T>> records) {
        var items = new ArrayList<Item<T>>();
        for (var one : records) {
            var span = RecordSpans.handled(channel.tracing(), one, group);
            try {
                items.add(new Item<>(one, span, EventRecords.read(one, wanted)));
            } catch (UnreadableRecordException unreadable) {
                putAside(one, span, unreadable, String.valueOf(unreadable.getMessage()));
            }
        }
        return items;
    }

    /// @return those to be tried again: that failed for a passing reason, and those of the same key
    ///     that came after them, for the key is a promise of order
    private List<Item<T>> oneByOne(List<Item<T>> items) {
        var again = new ArrayList<Item<T>>();
        var held = new HashSet<String>();
        for (var item : items) {
            if (held.contains(item.one.key())) {
                again.add(item);
                continue;
            }
            item.attempts++;
            var failed = failureOf(List.of(item));
            if (failed.isEmpty()) {
                continue;
            }
            boolean passing = FailureKind.of(failed.get()) == FailureKind.PASSING;
            if (passing && item.attempts < retries.attempts()) {
                again.add(item);
                held.add(item.one.key());
            } else {
                LOG.errorf(
                        passing ? null : failed.get(),
                        "Offset %d of partition %d of %s is put aside: %s",
                        item.one.offset(),
                        item.one.partition(),
                        topic.topicName(),
                        failed.get().getMessage());
                putAside(
                        item.one,
                        item.span,
                        failed.get(),
                        Retries.afterAttempts(item.attempts, failed.get()));
            }
        }
        return again;
    }

    /// Why a handler failed at events that the broker is not to blame for.
    private Optional<Throwable> failureOf(List<Item<T>> items) {
        try {
            handler.apply(items.stream().map(it -> it.event).toList()).await().indefinitely();
            return Optional.empty();
        } catch (RuntimeException | Error failed) {
            if (FailureKind.of(failed) == FailureKind.BROKER) {
                throw failed;
            }
            return Optional.of(failed);
        }
    }

    private void putAside(
            ConsumerRecord<String, Received<T>> one, Span span, Throwable failure, String reason) {
        Uni.createFrom().completionStage(channel.deadLetter(one, reason)).await().indefinitely();
        meters.counter("tiphys.dead.letters", "topic", one.topic()).increment();
        Tracing.failed(span, "It was put aside as a dead letter", failure);
        span.end();
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
}
