package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What plain directories and Jsonnet come to: one case a folder, which holds the repository, the
/// Application's source (at `app` if it does not say otherwise) with links of the repository, and
/// either the objects or a part of the message.
class DirectoryGoldenIT {

    @TempDir Path directory;

    @ParameterizedTest
    @MethodSource("cases")
    void a_directory_renders_as_expected(String name) throws IOException {
        var folder = GoldenFiles.folder(name);
        var request = request(folder);
        var options = (Source.Directory) request.source().options().orElse(Source.Directory.PLAIN);
        var renderer = new DirectoryRenderer(AJsonnet.inFolder(directory));
        var error = folder.resolve("error.txt");
        if (Files.exists(error)) {
            var failure =
                    catchThrowableOfType(
                            ManifestFailure.class,
                            () -> renderer.plan(request, options).render().get());

            assertThat(failure)
                    .hasMessageContaining(Files.readString(error).strip())
                    .message()
                    .doesNotContain(directory.toString());
        } else {
            assertThat(renderer.plan(request, options).render().get().manifests())
                    .extracting(Manifest::object)
                    .isEqualTo(GoldenFiles.objects(folder.resolve("expected.yaml")));
        }
    }

    static Stream<String> cases() throws IOException {
        return Stream.concat(GoldenFiles.cases("directory"), GoldenFiles.cases("jsonnet"));
    }

    private static RenderRequest request(Path folder) throws IOException {
        var given =
                GoldenFiles.objects(folder.resolve("source.yaml")).stream()
                        .findFirst()
                        .orElse(Map.of());
        var source = new LinkedHashMap<String, Object>();
        source.put("repoURL", "https://example.org/repository");
        source.put("path", "app");
        source.putAll(Json.object(given.get("source")));
        var root = GoldenFiles.repository(folder.resolve("repository"));
        Json.strings(given, "links").forEach(root::withLink);
        var path = String.valueOf(source.get("path"));
        return new RenderRequest(
                Source.read("spec.source", source),
                "0123456789012345678901234567890123456789",
                root,
                root.folder(path.equals(".") ? "" : path).orElseThrow(),
                new Build("shop", "default", "web", "v1.35.2", List.of()));
    }
}
