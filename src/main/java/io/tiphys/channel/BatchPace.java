package io.tiphys.channel;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Lets batches grow under load: what follows a batch at once waits a moment, and what comes
/// meanwhile is read together. A record that comes alone is not held up. Without this a busy log is
/// read in batches of one or two, and handling a batch costs more than handling its records.
///
/// Named in the settings of channels that take batches; Kafka makes one for each consumer and calls
/// it on the consumer's own thread.
public final class BatchPace implements ConsumerInterceptor<Object, Object> {

    /// Small beside everything that a record leads to, large beside what a batch costs.
    static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final LongSupplier nanoTime;
    private final LongConsumer wait;
    private long last;

    public BatchPace() {
        this(System::nanoTime, LockSupport::parkNanos);
    }

    BatchPace(LongSupplier nanoTime, LongConsumer wait) {
        this.nanoTime = nanoTime;
        this.wait = wait;
        last = nanoTime.getAsLong() - PACE_NANOS;
    }

    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> batch) {
        long left = last + PACE_NANOS - nanoTime.getAsLong();
        if (left > 0) {
            wait.accept(left);
        }
        last = nanoTime.getAsLong();
        return batch;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Of no interest.
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // There is nothing to set.
    }
}
