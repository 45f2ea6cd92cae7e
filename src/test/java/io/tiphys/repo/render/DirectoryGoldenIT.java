package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.MemoryFolder;
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

    private static final Path CASES = Path.of("src/test/resources/golden/render");

    @TempDir Path directory;

    @ParameterizedTest
    @MethodSource("cases")
    void a_directory_renders_as_expected(String name) throws IOException {
        var folder = CASES.resolve(name);
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
                    .isEqualTo(objects(folder.resolve("expected.yaml")));
        }
    }

    static Stream<String> cases() throws IOException {
        return Stream.concat(cases("directory"), cases("jsonnet"));
    }

    private static Stream<String> cases(String tool) throws IOException {
        try (var folders = Files.list(CASES.resolve(tool))) {
            return folders.map(it -> tool + "/" + it.getFileName()).sorted().toList().stream();
        }
    }

    private static RenderRequest request(Path folder) throws IOException {
        var given = objects(folder.resolve("source.yaml")).stream().findFirst().orElse(Map.of());
        var source = new LinkedHashMap<String, Object>();
        source.put("repoURL", "https://example.org/repository");
        source.put("path", "app");
        source.putAll(Json.object(given.get("source")));
        var root = repository(folder.resolve("repository"));
        Json.strings(given, "links").forEach(root::withLink);
        var path = String.valueOf(source.get("path"));
        return new RenderRequest(
                Source.read("spec.source", source),
                "0123456789012345678901234567890123456789",
                root,
                root.folder(path.equals(".") ? "" : path).orElseThrow(),
                new Build("shop", "default", "web", "v1.35.2", List.of()));
    }

    private static MemoryFolder repository(Path folder) throws IOException {
        var repository = new MemoryFolder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                repository
                        .files()
                        .put(folder.relativize(file).toString(), Files.readAllBytes(file));
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
