package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What users' kustomizations render to, or what is said of them: one case a folder, which holds
/// the repository, the Application's source, and either the objects or a part of the message.
class KustomizeGoldenIT {

    private static final Path CASES = Path.of("src/test/resources/golden/render/kustomize");

    @TempDir Path directory;

    private KustomizeBench bench;

    @BeforeEach
    void findTool() {
        bench = KustomizeBench.withTheTool(directory);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_kustomization_renders_as_expected(String name) throws IOException {
        var folder = CASES.resolve(name);
        var source = objects(folder.resolve("source.yaml")).getFirst();
        var repository = repository(folder.resolve("repository"));
        var error = folder.resolve("error.txt");
        if (Files.exists(error)) {
            var failure =
                    catchThrowableOfType(
                            ManifestFailure.class, () -> bench.render(repository, source));

            assertThat(failure)
                    .hasMessageContaining(Files.readString(error).strip())
                    .satisfies(it -> assertThat(it.passing()).isFalse())
                    .satisfies(it -> assertThat(it.getMessage()).doesNotContain(here()));
        } else {
            assertThat(bench.render(repository, source).manifests())
                    .extracting(Manifest::object)
                    .isEqualTo(objects(folder.resolve("expected.yaml")));
        }
    }

    static Stream<String> cases() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.map(it -> it.getFileName().toString()).sorted().toList().stream();
        }
    }

    private String here() {
        return directory.toString();
    }

    private static MemoryFolder repository(Path folder) throws IOException {
        var repository = new MemoryFolder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                repository.with(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return repository;
    }

    private static List<Map<String, Object>> objects(Path file) throws IOException {
        return ManifestYaml.documents(file.toString(), Files.readAllBytes(file)).stream()
                .map(Json::object)
                .toList();
    }
}
