package io.tiphys.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class HealthAssessorTest {

    private static final Path CASES = Path.of("src/test/resources/golden/health");

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.sorted().toList().stream()
                    .map(
                            folder ->
                                    DynamicTest.dynamicTest(
                                            folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        var live = LiveResource.of(yaml(folder.resolve("live.yaml")));
        var expected = yaml(folder.resolve("expected.yaml"));

        var health = HealthAssessor.assess(live);

        assertThat(health.map(known -> known.status().wire()).orElse("none"))
                .isEqualTo(Json.string(expected, "status"));
        assertThat(health.map(Health::message).orElse(""))
                .contains(Json.string(expected, "message"));
    }

    @Test
    void an_application_is_as_healthy_as_its_worst_resource() {
        var order = Health.Status.values();

        assertThat(order)
                .extracting(Health.Status::wire)
                .containsExactly(
                        "Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown");
        for (int i = 1; i < order.length; i++) {
            var better = Health.of(order[i - 1]);
            var worse = Health.of(order[i]);
            assertThat(Health.worst(better, worse)).isEqualTo(worse);
            assertThat(Health.worst(worse, better)).isEqualTo(worse);
        }
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return Json.object(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }
}
