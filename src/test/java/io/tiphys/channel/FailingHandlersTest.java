package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.tiphys.core.event.GitEvent;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What becomes of records whose handler fails, and of those beside them.
class FailingHandlersTest extends AgainstBroker {

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void what_fails_for_a_passing_reason_is_tried_again_and_its_neighbours_need_not_wait() {
        publish("h/slow", "slow");
        publish("h/other", "other");

        read(
                events -> {
                    if (has(events, "slow") && attempts.incrementAndGet() < 4) {
                        throw unreachable();
                    }
                    return done(events);
                });

        awaitSeen(2);
        assertThat(seen).containsExactly("other", "slow");
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void records_of_the_same_key_wait_for_the_one_that_is_tried_again() {
        publish("h/slow", "first");
        publish("h/other", "other");
        publish("h/slow", "second");

        read(
                events -> {
                    if (has(events, "first") && attempts.incrementAndGet() < 4) {
                        throw unreachable();
                    }
                    return done(events);
                });

        awaitSeen(3);
        assertThat(seen).containsExactly("other", "first", "second");
    }

    @Test
    void what_never_passes_is_put_aside_after_a_while_with_the_number_of_attempts() {
        publish("h/slow", "slow");
        publish("h/slow", "behind");

        read(
                events -> {
                    if (has(events, "slow")) {
                        throw unreachable();
                    }
                    return done(events);
                });

        awaitSeen(1);
        assertThat(seen).containsExactly("behind");
        assertThat(deadLetters())
                .singleElement()
                .asString()
                .contains("in 3 attempts", "Connection refused");
    }

    @Test
    void a_fault_of_ours_is_put_aside_at_once_even_a_grave_one() {
        publish("h/r", "1");

        read(
                events -> {
                    attempts.incrementAndGet();
                    throw new StackOverflowError("deep");
                });

        assertThat(awaitDeadLetters(1)).singleElement().asString().contains("deep");
        assertThat(attempts).hasValue(1);
    }

    @Test
    void what_becomes_too_large_for_the_log_is_put_aside_and_its_neighbours_go_on() {
        publish("h/large", "large");
        publish("h/other", "other");

        read(
                events ->
                        has(events, "large")
                                ? Uni.createFrom()
                                        .completionStage(
                                                channel.publishIncomplete(
                                                        push("x", "h/r", "x".repeat(2_000_000)),
                                                        Trace.NONE))
                                : done(events));

        awaitSeen(1);
        assertThat(seen).containsExactly("other");
        assertThat(awaitDeadLetters(1)).singleElement().asString().contains("too large");
    }

    @Test
    void a_record_that_leaves_no_room_for_the_reason_is_put_aside_without_its_content() {
        produce("x".repeat(1_048_400));
        publish("h/r", "next");

        read(events -> done(events));

        awaitSeen(1);
        var letter = TestKafka.records(broker.bootstrapServers(), Topics.DEAD_LETTERS).getFirst();
        assertThat(letter.value().value()).isEmpty();
        assertThat(letter.key()).isEqualTo("h/r");
        assertThat(deadLetters().getFirst())
                .startsWith("It is too large to be kept here")
                .contains("The record is no io.tiphys.git.pushed");
    }

    @Test
    void what_is_being_tried_again_at_the_stop_is_read_again_by_the_next() {
        // Given
        publish("h/slow", "slow");
        publish("h/other", "other");
        var tried = new CountDownLatch(2);
        read(
                events -> {
                    if (has(events, "slow")) {
                        tried.countDown();
                        throw new NotPublishedException("not now");
                    }
                    return done(events);
                });
        waitFor(tried);

        // When
        reader.close();
        reader = reader();
        read(events -> done(events));

        // Then
        awaitSeen(2);
        assertThat(seen).contains("slow", "other");
        assertThat(deadLetters()).isEmpty();
    }

    private static boolean has(List<GitEvent> events, String id) {
        return events.stream().anyMatch(it -> it.id().equals(id));
    }

    private static RuntimeException unreachable() {
        return new UncheckedIOException(new ConnectException("Connection refused"));
    }
}
