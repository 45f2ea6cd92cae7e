package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What users' kustomizations render to, or what is said of them: one case a folder, which holds
/// the repository, the Application's source, and either the objects or a part of the message. It
/// may hold what lies elsewhere, too, and the ConfigMap that says what the tool is told.
class KustomizeGoldenIT {

    @TempDir Path directory;

    @ParameterizedTest
    @MethodSource("cases")
    void a_kustomization_renders_as_expected(String name) throws IOException {
        var folder = GoldenFiles.folder(name);
        var source = GoldenFiles.objects(folder.resolve("source.yaml")).getFirst();
        var repository = GoldenFiles.repository(folder.resolve("repository"));
        var kustomize =
                KustomizeOnPath.withTheTool(
                                directory, MemoryRemotes.read(folder.resolve("elsewhere")))
                        .told(entries(folder.resolve("argocd-cm.yaml")));
        var error = folder.resolve("error.txt");
        if (Files.exists(error)) {
            var failure =
                    catchThrowableOfType(
                            ManifestFailure.class, () -> kustomize.render(repository, source));

            assertThat(failure)
                    .hasMessageContaining(Files.readString(error).strip())
                    .satisfies(it -> assertThat(it.passing()).isFalse())
                    .satisfies(it -> assertThat(it.getMessage()).doesNotContain(here()));
        } else {
            assertThat(kustomize.render(repository, source).manifests())
                    .extracting(Manifest::object)
                    .isEqualTo(GoldenFiles.objects(folder.resolve("expected.yaml")));
        }
    }

    static Stream<String> cases() throws IOException {
        return GoldenFiles.cases("kustomize");
    }

    private static Map<String, String> entries(Path map) throws IOException {
        return Files.exists(map)
                ? Json.strings(GoldenFiles.objects(map).getFirst(), "data")
                : Map.of();
    }

    private String here() {
        return directory.toString();
    }
}
