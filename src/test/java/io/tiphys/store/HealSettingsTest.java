package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.sync.HealDelay;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealSettingsTest {

    private static final String PREFIX = "controller.self.heal.";

    @Test
    void nothing_is_waited_for_unless_somebody_says_so() {
        assertThat(settings(Map.of("controller.status.processors", "50")).delay()).isEmpty();
    }

    @Test
    void what_is_missing_beside_what_is_set_is_argo_cds_default() {
        assertThat(settings(Map.of(PREFIX + "backoff.timeout.seconds", "5")).delay())
                .contains(delay(0, 5, 3, 300));
        assertThat(settings(Map.of(PREFIX + "backoff.factor", "2")).delay())
                .contains(delay(0, 2, 2, 300));
        assertThat(
                        settings(
                                        Map.of(
                                                PREFIX + "backoff.cap.seconds", "60",
                                                PREFIX + "backoff.factor", "three"))
                                .delay())
                .contains(delay(0, 2, 3, 60));
    }

    @Test
    void a_fixed_delay_counts_where_the_growing_one_is_switched_off() {
        assertThat(
                        settings(
                                        Map.of(
                                                PREFIX + "backoff.timeout.seconds", "0",
                                                PREFIX + "timeout.seconds", "7"))
                                .delay())
                .contains(delay(7, 7, 1, 7));
    }

    private static HealDelay delay(long once, long first, long factor, long longest) {
        return new HealDelay(
                Duration.ofSeconds(once),
                Duration.ofSeconds(first),
                factor,
                Duration.ofSeconds(longest));
    }

    private static HealSettings settings(Map<String, String> params) {
        return new HealSettings(name -> name.equals("argocd-cmd-params-cm") ? params : Map.of());
    }
}
