package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.junit.jupiter.api.Test;

class BatchPaceTest {

    private final List<Long> waits = new ArrayList<>();
    private long now = 1_000;
    private final BatchPace pace =
            new BatchPace(
                    () -> now,
                    nanos -> {
                        waits.add(nanos);
                        now += nanos;
                    });

    @Test
    void a_lone_record_does_not_wait() {
        pace.onConsume(ConsumerRecords.empty());
        now += BatchPace.PACE_NANOS;
        pace.onConsume(ConsumerRecords.empty());

        assertThat(waits).isEmpty();
    }

    @Test
    void what_follows_at_once_waits_for_the_rest_of_the_moment() {
        pace.onConsume(ConsumerRecords.empty());
        now += 1_000_000;
        pace.onConsume(ConsumerRecords.empty());
        pace.onConsume(ConsumerRecords.empty());

        assertThat(waits).containsExactly(BatchPace.PACE_NANOS - 1_000_000, BatchPace.PACE_NANOS);
    }
}
