package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.LiveResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthRulesTest {

    private static final String POD = "resource.customizations.health.Pod";

    private static final LiveResource A_POD =
            LiveResource.of(
                    Map.of("apiVersion", "v1", "kind", "Pod", "status", Map.of("phase", "Failed")));

    private Map<String, String> entries = Map.of();
    private final HealthRules rules =
            new HealthRules(name -> name.equals("argocd-cm") ? entries : Map.of(), false);

    @Test
    void every_file_of_rules_is_read() throws IOException {
        try (var files = Files.list(Path.of("src/main/resources/health"))) {
            assertThat(files.map(it -> it.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            HealthRules.TABLES.stream().map(it -> it + ".yaml").toList());
        }
    }

    @Test
    void a_changed_rule_counts_at_once_and_its_kinds_are_told() {
        List<String> told = new ArrayList<>();
        rules.onChange(
                kinds ->
                        told.add(
                                "Pod %s, Deployment %s"
                                        .formatted(
                                                kinds.test("", "Pod"),
                                                kinds.test("apps", "Deployment"))));
        assertThat(assess()).contains(Health.of(Health.Status.DEGRADED));

        entries = Map.of(POD, "return {status = 'Suspended'}");
        rules.reconsider();

        assertThat(assess()).contains(Health.of(Health.Status.SUSPENDED));
        assertThat(told).containsExactly("Pod true, Deployment false");

        entries = Map.of();
        rules.reconsider();

        assertThat(assess()).contains(Health.of(Health.Status.DEGRADED));
        assertThat(told).hasSize(2);
    }

    @Test
    void who_changes_another_setting_is_not_listened_to() {
        List<String> told = new ArrayList<>();
        rules.assessor();
        rules.onChange(kinds -> told.add("told"));

        rules.reconsider();

        assertThat(told).isEmpty();
    }

    private Optional<Health> assess() {
        return rules.assessor().assess(A_POD, Instant.EPOCH);
    }
}
