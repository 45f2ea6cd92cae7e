package io.tiphys.core.sync;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Sources;
import io.tiphys.core.sync.Samples.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusConditionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ComparisonError",
                "InvalidSpecError",
                "UnknownError",
                "ExcludedResourceWarning",
                "RepeatedResourceWarning",
                "VaryingManifestsWarning",
                "SelfHealWarning",
                "DependencyWarning",
                "ImageUpdateWarning"
            })
    void what_a_comparison_finds_does_not_stay_when_it_is_not_found_again(String type) {
        var application =
                Samples.of(
                        Sources.of(aSource("https://host/repo", "web", "main")),
                        Map.of("conditions", List.of(Map.of("type", type, "message", "x"))));

        assertThat(
                        ApplicationStatus.compared(
                                application,
                                Samples.health(new World().missing("a").compare()),
                                Samples.TARGET,
                                List.of(),
                                Optional.empty(),
                                Instant.EPOCH))
                .doesNotContainKey("conditions");
    }
}
