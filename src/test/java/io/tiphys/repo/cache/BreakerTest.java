package io.tiphys.repo.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private Instant now = Instant.EPOCH;
    private final Breaker breaker = new Breaker(Duration.ofSeconds(5), () -> now);

    @Test
    void what_works_is_always_worth_a_try() {
        assertThat(breaker.isWorthATry()).isTrue();
        breaker.worked();
        assertThat(breaker.isWorthATry()).isTrue();
    }

    @Test
    void what_failed_is_left_alone_for_a_while_and_then_tried_by_one() {
        breaker.failed();
        now = now.plusSeconds(4);
        assertThat(breaker.isWorthATry()).isFalse();

        now = now.plusSeconds(1);
        assertThat(breaker.isWorthATry()).isTrue();
        assertThat(breaker.isWorthATry()).isFalse();
    }

    @Test
    void what_works_again_is_tried_by_all() {
        breaker.failed();
        breaker.worked();

        assertThat(breaker.isWorthATry()).isTrue();
        assertThat(breaker.isWorthATry()).isTrue();
    }

    @Test
    void a_trial_that_nobody_tells_the_end_of_is_followed_by_another() {
        breaker.failed();
        now = now.plusSeconds(5);
        breaker.isWorthATry();

        now = now.plusSeconds(5);
        assertThat(breaker.isWorthATry()).isTrue();
    }

    @Test
    void only_the_first_failure_is_news() {
        assertThat(breaker.failed()).isTrue();
        now = now.plusSeconds(5);
        breaker.isWorthATry();
        assertThat(breaker.failed()).isFalse();

        breaker.worked();
        assertThat(breaker.failed()).isTrue();
    }
}
