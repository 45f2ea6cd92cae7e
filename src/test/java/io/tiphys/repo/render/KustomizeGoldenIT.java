package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What users' kustomizations render to, or what is said of them: one case a folder, which holds
/// the repository, the Application's source, and either the objects or a part of the message.
class KustomizeGoldenIT {

    @TempDir Path directory;

    private KustomizeOnPath kustomize;

    @BeforeEach
    void findTool() {
        kustomize = KustomizeOnPath.withTheTool(directory);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_kustomization_renders_as_expected(String name) throws IOException {
        var folder = GoldenFiles.folder(name);
        var source = GoldenFiles.objects(folder.resolve("source.yaml")).getFirst();
        var repository = GoldenFiles.repository(folder.resolve("repository"));
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

    private String here() {
        return directory.toString();
    }
}
