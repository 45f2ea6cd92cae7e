package io.tiphys.core.sync;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Sources;
import io.tiphys.core.sync.Samples.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @Test
    void what_is_said_of_a_deletion_takes_the_place_of_what_was_said_of_it() {
        var old =
                Map.<String, Object>of(
                        "health",
                        Map.of("status", "Healthy"),
                        "conditions",
                        List.of(
                                Map.of("type", "ComparisonError", "message", "stays"),
                                Map.of("type", "DeletionWarning", "message", "before")));

        var failed = ApplicationStatus.notLeaving(old, "a hook failed", Instant.EPOCH);
        var waiting = ApplicationStatus.leaving(failed, "waiting", Instant.EPOCH);

        assertThat(conditions(failed))
                .containsExactly("ComparisonError: stays", "DeletionError: a hook failed");
        assertThat(conditions(waiting))
                .containsExactly("ComparisonError: stays", "DeletionWarning: waiting");
        assertThat(waiting).containsEntry("health", old.get("health"));
    }

    @ParameterizedTest
    @CsvSource({
        "Delete=confirm, '', true",
        "Prune=confirm, '', true",
        "'', Delete=confirm, true",
        "'Prune=true,Delete=true', 'Prune=confirm,Delete=confirm', false",
        "Delete=false, '', false",
        "'', '', false",
    })
    void a_resource_that_asks_before_it_goes_says_so(
            String options, String ofApplication, boolean asks) {
        var object =
                Samples.annotated(
                        Samples.object("v1", "ConfigMap", "a"), Annotations.SYNC_OPTIONS, options);
        var application =
                Samples.with(
                        Set.of(ofApplication.split(",", -1)),
                        Samples.of(
                                Sources.of(aSource("https://host/repo", "web", "main")), Map.of()));

        var status =
                ApplicationStatus.compared(
                        application,
                        Samples.health(new World().target(object).compare()),
                        Samples.TARGET,
                        List.of(),
                        Optional.empty(),
                        Instant.EPOCH);

        assertThat(Json.array(status, "resources"))
                .allMatch(it -> Json.bool(it, "requiresDeletionConfirmation") == asks);
    }

    private static List<String> conditions(Map<String, Object> status) {
        return Json.array(status, "conditions").stream()
                .map(it -> Json.string(it, "type") + ": " + Json.string(it, "message"))
                .toList();
    }
}
