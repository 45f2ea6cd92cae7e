package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private final Circuit circuit = new Circuit();

    @Test
    void of_many_that_fail_the_first_is_news_and_of_many_that_recover_the_last() {
        assertThat(circuit.fails("a")).isTrue();
        assertThat(circuit.fails("a")).isFalse();
        assertThat(circuit.fails("b")).isFalse();

        assertThat(circuit.recovers("a")).isFalse();
        assertThat(circuit.recovers("a")).isFalse();
        assertThat(circuit.recovers("b")).isTrue();
        assertThat(circuit.fails("a")).isTrue();
    }

    @Test
    void while_it_is_broken_nothing_else_is_news() {
        assertThat(circuit.fails("a")).isTrue();

        circuit.breakUp("down");

        assertThat(circuit.fails("b")).isFalse();
        assertThat(circuit.recovers("a")).isFalse();
    }

    @Test
    void what_is_under_way_ends_when_it_breaks_and_nothing_begins_after_that() {
        // Given
        var ended = new AtomicInteger();
        Runnable done = ended::incrementAndGet;
        Runnable end = () -> ended.addAndGet(10);
        circuit.enter(done);
        circuit.leave(done);
        circuit.enter(end);

        // When
        circuit.breakUp("down");

        // Then
        assertThat(ended).hasValue(10);
        assertThatThrownBy(() -> circuit.enter(done))
                .isInstanceOf(ApiFailure.class)
                .hasMessage("down");
        circuit.leave(end);
        circuit.breakUp("still down");
        assertThat(ended).hasValue(10);
        circuit.close();
        circuit.enter(done);
    }
}
