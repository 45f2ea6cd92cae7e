package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SideBySideTest {

    private static final List<Integer> NINE = IntStream.range(0, 9).boxed().toList();

    @Test
    void as_many_as_may_be_are_under_way_at_once_and_no_more() {
        var together = new CyclicBarrier(3);
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();

        var results =
                new SideBySide(3)
                        .each(
                                NINE,
                                it -> {
                                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                                    meet(together);
                                    underWay.decrementAndGet();
                                    return it * it;
                                });

        assertThat(results).containsExactly(0, 1, 4, 9, 16, 25, 36, 49, 64);
        assertThat(most).hasValue(3);
    }

    @Test
    void more_are_asked_for_as_long_as_answers_do_not_slow_down() {
        var together = new CyclicBarrier(24);
        // Sixteen begin, and each that is answered at once brings another one.
        var results =
                new SideBySide(100, () -> 0)
                        .each(
                                IntStream.range(0, 40).boxed().toList(),
                                it -> {
                                    if (it >= 16) {
                                        meet(together);
                                    }
                                    return it;
                                });

        assertThat(results).hasSize(40);
    }

    @Test
    void an_answer_that_takes_half_as_long_again_as_the_fastest_asks_for_no_more() {
        var pace = new SideBySide.Pace();

        assertThat(pace.isKept(100)).isTrue();
        assertThat(pace.isKept(150)).isTrue();
        assertThat(pace.isKept(151)).isFalse();
        assertThat(pace.isKept(80)).isTrue();
        assertThat(pace.isKept(121)).isFalse();
    }

    @Test
    void what_breaks_is_told_and_the_others_are_done() {
        var done = new ConcurrentSkipListSet<Integer>();

        assertThatThrownBy(
                        () ->
                                new SideBySide(3)
                                        .each(
                                                NINE,
                                                it -> {
                                                    if (it == 4) {
                                                        throw new IllegalArgumentException("four");
                                                    }
                                                    return done.add(it);
                                                }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("four");
        assertThat(done).containsExactly(0, 1, 2, 3, 5, 6, 7, 8);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            throw new IllegalStateException(alone);
        }
    }
}
