package io.tiphys.repo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.SteppedTimer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    private static final Duration OTHERWISE = Duration.ofSeconds(2);

    private final SteppedTimer timer = new SteppedTimer();
    private final Pace pace = new Pace(timer);

    @Test
    void as_many_as_in_a_second_are_asked_at_once_and_then_one_after_another() {
        ask(5, 10);
        assertThat(timer.slept).isEmpty();

        ask(5, 10);

        assertThat(timer.slept).isEmpty();
        ask(3, 10);
        assertThat(timer.slept)
                .containsExactly(
                        Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100));
    }

    @Test
    void what_was_not_asked_for_long_is_not_saved_up_beyond_a_second() {
        ask(10, 10);
        timer.now = timer.now.plusSeconds(3600);

        ask(10, 10);
        assertThat(timer.slept).isEmpty();
        ask(1, 10);

        assertThat(timer.slept).containsExactly(Duration.ofMillis(100));
    }

    @Test
    void a_limit_that_changes_counts_at_once() {
        ask(100, 100);
        ask(1, 100);
        assertThat(timer.slept).containsExactly(Duration.ofMillis(10));

        ask(1, 1);

        assertThat(timer.slept).containsExactly(Duration.ofMillis(10), Duration.ofSeconds(1));
    }

    @Test
    void without_a_limit_nobody_waits() {
        ask(10_000, 0);

        assertThat(timer.slept).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "7, 7",
        "0, 0",
        "'', 2",
        "soon, 2",
        "-5, 2",
        "99999999999999999999, 2",
        "'Sat, 31 Jan 2026 12:00:30 GMT', 30",
        "'Sat, 31 Jan 2026 11:00:00 GMT', 0",
    })
    void a_host_is_left_alone_as_long_as_it_says(String retryAfter, int seconds) {
        assertThat(pace.pause(retryAfter, OTHERWISE)).isTrue();

        ask(1, 0);

        assertThat(timer.slept.stream().mapToLong(Duration::toSeconds).sum()).isEqualTo(seconds);
    }

    @Test
    void who_would_wait_for_long_is_sent_away() {
        assertThat(pace.pause("61", OTHERWISE)).isFalse();

        assertThatThrownBy(() -> ask(1, 0))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(
                        "The registry r is not asked: it wants to be left alone until"
                                + " 2026-01-31T12:01:01Z");
        assertThat(timer.slept).isEmpty();
    }

    @Test
    void no_host_is_left_alone_for_more_than_an_hour() {
        pace.pause("999999999", OTHERWISE);
        timer.now = timer.now.plusSeconds(3600);

        ask(1, 0);

        assertThat(timer.slept).isEmpty();
    }

    private void ask(int times, int perSecond) {
        for (int i = 0; i < times; i++) {
            pace.await("The registry r", perSecond);
        }
    }
}
