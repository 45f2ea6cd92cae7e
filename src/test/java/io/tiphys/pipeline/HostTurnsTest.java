package io.tiphys.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostTurnsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final DrivenTime time = new DrivenTime();
    private final List<Long> asked = new ArrayList<>();

    @Test
    void so_many_are_asked_a_second() {
        var turns = turns(100, 4);

        for (int i = 0; i < 10; i++) {
            turns.add(() -> answered(true));
        }
        time.pass(SECOND.multipliedBy(10));

        assertThat(asked)
                .containsExactly(0L, 250L, 500L, 750L, 1000L, 1250L, 1500L, 1750L, 2000L, 2250L);
    }

    @Test
    void so_many_are_asked_at_once() {
        var held = new ArrayList<Runnable>();
        var turns = new HostTurns("host", 2, 1000, Duration.ofMinutes(3), holding(held));
        for (int i = 0; i < 5; i++) {
            turns.add(() -> answered(true));
        }
        time.pass(SECOND);
        assertThat(held).hasSize(2);

        held.removeFirst().run();
        time.pass(SECOND);

        assertThat(held).hasSize(2);
        assertThat(asked).hasSize(1);
    }

    @Test
    void a_host_that_fails_is_asked_less_and_less_often() {
        var turns = turns(4, 1000);
        for (int i = 0; i < 12; i++) {
            turns.add(() -> answered(false));
        }

        time.pass(Duration.ofMinutes(10));

        assertThat(asked.stream().map(it -> it / 1000))
                .containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L, 303L, 363L);
    }

    @Test
    void a_host_that_answers_again_is_asked_as_before() {
        var turns = turns(4, 10);
        turns.add(() -> answered(false));
        turns.add(() -> answered(false));
        turns.add(() -> answered(true));
        turns.add(() -> answered(true));
        turns.add(() -> answered(false));
        turns.add(() -> answered(true));

        time.pass(Duration.ofMinutes(1));

        assertThat(asked).containsExactly(0L, 1000L, 3000L, 3100L, 3200L, 4200L);
    }

    @Test
    void a_host_that_fails_is_asked_by_one_at_a_time() {
        var held = new ArrayList<Runnable>();
        var turns = new HostTurns("host", 4, 1000, Duration.ofMinutes(3), holding(held));
        turns.add(() -> answered(false));
        held.removeFirst().run();
        for (int i = 0; i < 4; i++) {
            turns.add(() -> answered(true));
        }

        time.pass(Duration.ofMinutes(1));
        assertThat(held).hasSize(1);

        held.removeFirst().run();
        time.pass(Duration.ofMinutes(1));
        assertThat(held).hasSize(3);
    }

    private HostTurns turns(int atOnce, int perSecond) {
        return new HostTurns("host", atOnce, perSecond, Duration.ofMinutes(1), time);
    }

    private Optional<String> answered(boolean well) {
        asked.add(time.now().toEpochMilli());
        return well ? Optional.empty() : Optional.of("no answer");
    }

    /// Work that ends when the test runs it.
    private Timing holding(List<Runnable> held) {
        return new Timing() {
            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public void after(Duration delay, Runnable task) {
                time.after(delay, task);
            }

            @Override
            public void run(Runnable task) {
                held.add(task);
            }

            @Override
            public double chance() {
                return time.chance();
            }
        };
    }
}
