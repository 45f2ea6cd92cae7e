package io.tiphys.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenericHealthTest {

    @ParameterizedTest
    @CsvSource({
        "Ready=True, Healthy",
        "Ready=False, Progressing",
        "Ready=Unknown, Progressing",
        "Available=True, Healthy",
        "Available=False, Progressing",
        "Reconciling=True Ready=True, Progressing",
        "Progressing=True Available=True, Progressing",
        "Ready=True Available=False, Progressing",
        "Stalled=True Reconciling=True Ready=False, Degraded",
        "Degraded=True Available=True, Degraded",
        "Failed=True, Degraded",
        "Failed=False Ready=True, Healthy",
        "Degraded=False Progressing=False Available=True, Healthy",
        "Synced=False, none",
        "'', none"
    })
    void only_what_means_failure_alone_is_degraded(String conditions, String verdict) {
        var list = new ArrayList<Map<String, Object>>();
        for (var condition : conditions.split(" ")) {
            var parts = condition.split("=");
            list.add(Map.of("type", parts[0], "status", parts.length > 1 ? parts[1] : ""));
        }

        assertThat(
                        GenericHealth.assess(Map.of("status", Map.of("conditions", list)))
                                .map(health -> health.status().wire())
                                .orElse("none"))
                .isEqualTo(verdict);
    }
}
