package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.channel.EventHistory.Entry;
import io.tiphys.core.event.GitEvent;
import io.tiphys.dev.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventHistoryTest {

    private static final Instant LONG_AGO = Instant.EPOCH;
    private static final Instant LATER = Instant.now().plusSeconds(3600);
    private static final Origin ORIGIN = new Origin("d1", "192.0.2.1", "2026-11-21T10:00:00Z");

    @TempDir Path directory;
    private EmbeddedBroker broker;
    private EventChannel channel;
    private EventHistory history;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        var config = new TestKafka(Optional.of(broker.bootstrapServers()), true);
        var connection = TestKafka.connection(config);
        channel =
                new EventChannel(
                        connection, config, new TopicCheck(connection), new Tracing(Map.of()));
        history = new EventHistory(connection);
    }

    @AfterEach
    void stop() {
        channel.close();
        broker.close();
    }

    @Test
    void a_record_is_found_with_all_that_it_said() {
        publish(0, 1);

        var found = newest(LONG_AGO, LATER, 10);

        assertThat(found).hasSize(1);
        var entry = found.getFirst();
        assertThat(entry.topic()).isEqualTo(Topics.GIT_EVENTS);
        assertThat(entry.key()).isEqualTo("h/r");
        assertThat(entry.id()).isEqualTo("0");
        assertThat(entry.delivery()).isEqualTo("d1");
        assertThat(entry.sender()).isEqualTo("192.0.2.1");
        assertThat(entry.received()).isEqualTo("2026-11-21T10:00:00Z");
        assertThat(entry.isReplay()).isFalse();
        assertThat(RecordTypes.read("io.tiphys.git.pushed", entry.value())).isEqualTo(push(0));
    }

    @Test
    void of_many_the_newest_are_kept_in_their_order() {
        publish(0, 300);

        assertThat(newest(LONG_AGO, LATER, 3))
                .extracting(Entry::id)
                .containsExactly("297", "298", "299");
    }

    @Test
    void only_the_time_asked_for_is_read() {
        publish(0, 2);
        var between = Instant.now();
        publish(2, 4);

        // The log keeps time by the millisecond, in which both halves may fall.
        assertThat(newest(between.plusMillis(1), LATER, 10))
                .extracting(Entry::id)
                .doesNotContain("0", "1")
                .isSubsetOf("2", "3");
        assertThat(newest(LONG_AGO, between.minusMillis(1), 10))
                .extracting(Entry::id)
                .doesNotContain("2", "3");
        assertThat(newest(LATER, LATER, 10)).isEmpty();
    }

    @Test
    void an_empty_log_is_empty_at_once() {
        assertThat(newest(LONG_AGO, LATER, 10)).isEmpty();
    }

    @Test
    void a_replay_is_the_same_record_once_more_and_says_so() {
        publish(0, 1);
        var first = newest(LONG_AGO, LATER, 10).getFirst();

        channel.replay(first).toCompletableFuture().join();

        var both = newest(LONG_AGO, LATER, 10);
        assertThat(both).extracting(Entry::id).containsExactly("0", "0");
        assertThat(both).extracting(Entry::isReplay).containsExactly(false, true);
        assertThat(both.getLast().value()).isEqualTo(first.value());
        assertThat(both.getLast().key()).isEqualTo(first.key());
        assertThat(both.getLast().delivery()).isEqualTo("d1");
    }

    @Test
    void a_dead_letter_is_replayed_where_it_came_from_and_one_from_nowhere_is_refused() {
        // Given
        publish(0, 1);
        var one = TestKafka.records(broker.bootstrapServers(), Topics.GIT_EVENTS).getFirst();
        channel.deadLetter(one, "It was too much").toCompletableFuture().join();
        var letter =
                history.newest(List.of(Topics.DEAD_LETTERS), LONG_AGO, LATER, _ -> true, 10)
                        .getFirst();
        assertThat(letter.attributes())
                .containsEntry("dead-letter-reason", "It was too much")
                .containsEntry("dead-letter-topic", "tiphys.git-events")
                .containsEntry("dead-letter-offset", "0")
                .containsEntry("ce_type", "io.tiphys.git.pushed");

        // When
        channel.replay(letter).toCompletableFuture().join();

        // Then
        var again = newest(LONG_AGO, LATER, 10).getLast();
        assertThat(again.isReplay()).isTrue();
        assertThat(again.attributes().keySet()).noneMatch(it -> it.startsWith("dead-letter"));
        var strange =
                new Entry(Topics.DEAD_LETTERS, 0, 7, LATER, "k", java.util.Map.of(), new byte[0]);
        assertThatThrownBy(() -> channel.replay(strange))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offset 7");
    }

    private List<Entry> newest(Instant since, Instant until, int limit) {
        return history.newest(List.of(Topics.GIT_EVENTS), since, until, _ -> true, limit);
    }

    private void publish(int from, int to) {
        IntStream.range(from, to)
                .mapToObj(it -> channel.publish(push(it), ORIGIN))
                .toList()
                .forEach(it -> it.toCompletableFuture().join());
    }

    private static GitEvent.Pushed push(int number) {
        return new GitEvent.Pushed(
                String.valueOf(number),
                "h/r",
                "refs/heads/main",
                "a",
                "b",
                List.of(),
                true,
                "main",
                "github");
    }
}
