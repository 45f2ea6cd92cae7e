package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import io.tiphys.core.model.MayPass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetriesTest {

    private static final Retries RETRIES =
            new Retries(3, Duration.ofMillis(1), Duration.ofMillis(5));

    private final AtomicInteger attempts = new AtomicInteger();

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NotPublishedException("later"), FailureKind.BROKER),
                Arguments.of(
                        new CompletionException(new NotPublishedException("later")),
                        FailureKind.BROKER),
                Arguments.of(new Known(true), FailureKind.PASSING),
                Arguments.of(new Known(false), FailureKind.LASTING),
                Arguments.of(new CompletionException(new Known(true)), FailureKind.PASSING),
                Arguments.of(new UncheckedIOException(new IOException("no")), FailureKind.PASSING),
                Arguments.of(
                        new CompletionException(new TimeoutException("no")), FailureKind.PASSING),
                Arguments.of(new io.smallrye.mutiny.TimeoutException(), FailureKind.PASSING),
                Arguments.of(
                        new IllegalStateException(new JsonParseException(null, "no")),
                        FailureKind.LASTING),
                Arguments.of(new TooLargeException("huge"), FailureKind.LASTING),
                Arguments.of(new NullPointerException(), FailureKind.LASTING),
                Arguments.of(new StackOverflowError(), FailureKind.LASTING));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failure_says_what_it_asks_for(Throwable failure, FailureKind kind) {
        assertThat(FailureKind.of(failure)).isEqualTo(kind);
    }

    @Test
    void what_passes_is_done_at_last() {
        RETRIES.run(() -> failUntil(3, new Known(true)));

        assertThat(attempts).hasValue(3);
    }

    @Test
    void what_does_not_pass_is_given_up_with_the_number_of_attempts() {
        assertThatThrownBy(() -> RETRIES.run(() -> failUntil(4, new Known(true))))
                .hasMessageContaining("in 3 attempts")
                .hasMessageContaining("known")
                .hasCauseInstanceOf(Known.class);
    }

    @Test
    void what_lasts_is_not_tried_again() {
        assertThatThrownBy(() -> RETRIES.run(() -> failUntil(2, new Known(false))))
                .isInstanceOf(Known.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void broker_trouble_is_waited_out_however_often() {
        RETRIES.run(() -> failUntil(10, new NotPublishedException("later")));

        assertThat(attempts).hasValue(10);
    }

    @Test
    void pauses_double_up_to_the_last() {
        assertThat(IntStream.of(1, 2, 3, 4, 5, 1_000).mapToObj(Retries.OF_EVENTS::pauseAfter))
                .extracting(Duration::toMillis)
                .containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 8_000L);
    }

    @Test
    void a_git_host_may_be_away_for_a_minute_before_anything_is_given_up() {
        assertThat(total(Retries.OF_WRITES)).isGreaterThan(Duration.ofMinutes(4));
        assertThat(total(Retries.OF_EVENTS))
                .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(60));
    }

    private static Duration total(Retries retries) {
        return IntStream.range(1, retries.attempts())
                .mapToObj(retries::pauseAfter)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private void failUntil(int attempt, RuntimeException failure) {
        if (attempts.incrementAndGet() < attempt) {
            throw failure;
        }
    }

    private static final class Known extends RuntimeException implements MayPass {

        private static final long serialVersionUID = 1;

        private final boolean passing;

        Known(boolean passing) {
            super("known");
            this.passing = passing;
        }

        @Override
        public boolean passing() {
            return passing;
        }
    }
}
