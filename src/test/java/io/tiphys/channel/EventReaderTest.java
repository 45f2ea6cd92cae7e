package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventReaderTest extends AgainstBroker {

    @Test
    void what_was_there_before_and_what_comes_is_read_in_order() {
        publish(0, 3);
        read(events -> done(events));
        awaitSeen(3);
        publish(3, 6);

        awaitSeen(6);
        assertThat(seen).isEqualTo(ids(0, 6));
        await().until(() -> age().count() == batches.size());
    }

    private Timer age() {
        return meters.get("tiphys.events.age").tag("topic", "tiphys.git-events").timer();
    }

    @Test
    void while_a_handler_is_busy_a_burst_gathers_and_is_one_batch() {
        // Given
        var busy = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        read(
                events -> {
                    busy.countDown();
                    waitFor(released);
                    return done(events);
                });
        publish(0, 1);
        waitFor(busy);

        // When
        publish(1, 300);
        released.countDown();

        // Then
        awaitSeen(300);
        assertThat(batches).hasSizeLessThan(10);
        assertThat(seen).isEqualTo(ids(0, 300));
    }

    @Test
    void what_a_reader_is_behind_by_is_handed_over_in_large_batches() {
        publish(0, 8_000);

        read(events -> done(events));

        awaitSeen(8_000);
        assertThat(batches).hasSizeLessThan(4);
        assertThat(seen).isEqualTo(ids(0, 8_000));
    }

    @Test
    void a_batch_that_is_not_done_with_is_read_again_after_a_restart_and_one_that_is_done_is_not() {
        // Given
        read(events -> done(events));
        publish(0, 2);
        awaitSeen(2);
        reader.close();
        var begun = new CountDownLatch(1);
        reader = reader();
        read(
                _ -> {
                    begun.countDown();
                    return Uni.createFrom().failure(new NotPublishedException("not now"));
                });
        publish(2, 4);
        waitFor(begun);

        // When
        reader.close();
        seen.clear();
        reader = reader();
        read(events -> done(events));

        // Then
        awaitSeen(2);
        assertThat(seen).isEqualTo(ids(2, 4));
    }

    @Test
    void while_the_broker_takes_nothing_the_same_batch_is_tried_again() {
        var attempts = new AtomicInteger();
        read(
                events ->
                        attempts.incrementAndGet() < 3
                                ? Uni.createFrom().failure(new NotPublishedException("not now"))
                                : done(events));
        publish(0, 1);

        awaitSeen(1);
        assertThat(attempts).hasValue(3);
        assertThat(seen).isEqualTo(ids(0, 1));
    }

    @Test
    void what_cannot_be_read_or_handled_is_put_aside_and_its_neighbours_go_on() {
        // Given
        publish(0, 1);
        produce("garbage");
        publish(6, 7);
        publish(1, 3);

        // When
        read(
                events -> {
                    if (events.stream().anyMatch(event -> event.id().equals("6"))) {
                        throw new IllegalStateException("six is too much");
                    }
                    return done(events);
                });

        // Then
        awaitSeen(3);
        assertThat(seen).isEqualTo(ids(0, 3));
        assertThat(deadLetters())
                .satisfiesExactlyInAnyOrder(
                        it -> assertThat(it).startsWith("The record is no io.tiphys.git.pushed"),
                        it -> assertThat(it).contains("six is too much"));
        assertThat(
                        meters.get("tiphys.dead.letters")
                                .tag("topic", "tiphys.git-events")
                                .counter()
                                .count())
                .isEqualTo(2);
    }

    @Test
    void an_event_of_a_stranger_that_breaks_a_rule_is_put_aside_with_what_is_wrong() {
        // Given
        produce(
                """
                {"id":"1","repository":"h/other","ref":"main","before":"%1$s","after":"%1$s",
                "changedPaths":[],"pathsComplete":true,"defaultBranch":"","provider":"ci"}
                """
                        .formatted("a".repeat(40)));
        publish(2, 3);

        // When
        read(events -> done(events));

        // Then
        awaitSeen(1);
        assertThat(seen).isEqualTo(ids(2, 3));
        assertThat(deadLetters())
                .containsExactly(
                        "The record's key should be what its field 'repository' says. The field"
                                + " 'ref' should be the full name of a ref, such as"
                                + " refs/heads/main, as Git allows it");
    }

    @Test
    void what_a_stranger_wrote_is_not_repeated_without_end() {
        produce("{\"" + "x".repeat(5_000));
        produce("x".repeat(5_000), "y".repeat(5_000));
        publish(2, 3);

        read(events -> done(events));

        awaitSeen(1);
        assertThat(deadLetters())
                .hasSize(2)
                .allSatisfy(it -> assertThat(it).hasSizeLessThan(2_100));
    }
}
