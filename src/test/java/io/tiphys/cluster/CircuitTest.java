package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;

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
}
