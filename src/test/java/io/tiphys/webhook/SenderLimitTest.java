package io.tiphys.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SenderLimitTest {

    private long now = Long.MAX_VALUE - 5;
    private final SenderLimit limit = new SenderLimit(3, () -> now);

    @Test
    void ten_seconds_worth_may_come_at_once_and_then_no_more_than_the_rate() {
        assertThat(admitted("a", 100)).isEqualTo(30);

        after(Duration.ofSeconds(2));
        assertThat(admitted("a", 100)).isEqualTo(6);

        after(Duration.ofMillis(333));
        assertThat(admitted("a", 100)).isZero();
        after(Duration.ofMillis(1));
        assertThat(admitted("a", 100)).isEqualTo(1);
    }

    @Test
    void a_bucket_does_not_fill_beyond_its_rim() {
        assertThat(admitted("a", 1)).isEqualTo(1);

        after(Duration.ofDays(1));

        assertThat(admitted("a", 100)).isEqualTo(30);
    }

    @Test
    void who_sends_much_leaves_others_theirs() {
        assertThat(admitted("a", 100)).isEqualTo(30);
        assertThat(admitted("b", 100)).isEqualTo(30);
    }

    @Test
    void the_one_seen_last_is_kept_when_there_are_too_many() {
        admitted("a", 100);
        IntStream.range(0, 9_999).forEach(it -> admitted("other-" + it, 1));
        assertThat(admitted("a", 100)).isZero();

        admitted("one more", 1);
        assertThat(admitted("a", 100)).isZero();

        IntStream.range(0, 10_000).forEach(it -> admitted("another-" + it, 1));

        assertThat(admitted("a", 100)).isEqualTo(30);
    }

    @Test
    void zero_is_no_limit() {
        var none = new SenderLimit(0, () -> now);

        assertThat(IntStream.range(0, 1_000).allMatch(_ -> none.admit("a"))).isTrue();
    }

    private long admitted(String address, int tries) {
        return IntStream.range(0, tries).filter(_ -> limit.admit(address)).count();
    }

    private void after(Duration time) {
        now += time.toNanos();
    }
}
