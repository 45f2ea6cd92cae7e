package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.Installed;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every option and every sort of chart comes to, by the real Helm:
/// `golden/render/helm/<case>/`, with the source that an Application has, the repository (the one
/// of `echo` if the case has none) and the objects that are expected, or a part of the message.
/// Skipped where there is no Helm on the PATH; CI sees to it that there is.
class HelmGoldenIT {

    private static final Path CASES = Path.of("src/test/resources/golden/render/helm");
    private static final String EVERYBODYS = "echo";

    private static SourceRenderer renderer;

    @BeforeAll
    static void findHelm(@TempDir Path directory) {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        var jail = new Jail(Settings.of().jail(), Jail.usableWalls());
        var folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        var tools = new Tools(Map.of(), Tools.path(), jail, folders);
        renderer =
                new SourceRenderer(
                        new DirectoryRenderer(new Jsonnet(jail, folders)),
                        new HelmRenderer(tools, jail, folders, new ChartDependencies(jail)),
                        new KustomizeRenderer(tools, jail, folders),
                        Settings.withoutPlugins(folders));
    }

    static Stream<String> cases() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders
                    .map(it -> it.getFileName().toString())
                    .filter(it -> !it.equals(EVERYBODYS))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void a_chart_is_rendered_as_expected(String name) throws IOException {
        var folder = CASES.resolve(name);
        var request = request(folder);
        var refused = folder.resolve("error.txt");

        if (Files.exists(refused)) {
            assertThatThrownBy(() -> renderer.plan(request).render().get())
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining(Files.readString(refused).strip())
                    .message()
                    .doesNotContain("/tmp/");
            return;
        }
        var rendering = renderer.plan(request);
        assertThat(rendering.type()).isEqualTo(Source.Type.HELM);
        assertThat(rendering.render().get().manifests().stream().map(Manifest::object))
                .containsExactlyElementsOf(objects(folder.resolve("expected.yaml")));
    }

    private static RenderRequest request(Path folder) throws IOException {
        var test = objects(folder.resolve("source.yaml")).stream().findFirst().orElse(Map.of());
        var source = new LinkedHashMap<String, Object>();
        source.put("repoURL", "https://example.org/repository");
        source.put("targetRevision", "main");
        source.put("path", "app");
        source.putAll(Json.object(test.get("source")));
        var root = repository(folder.resolve("repository"));
        Json.strings(test, "links").forEach(root::withLink);
        var path = String.valueOf(source.get("path"));
        return new RenderRequest(
                Source.read("spec.source", source),
                "0123456789012345678901234567890123456789",
                root,
                root.folder(path.equals(".") ? "" : path).orElseThrow(),
                build(Json.object(test.get("build"))));
    }

    private static Build build(Map<String, Object> build) {
        return new Build(
                Json.string(build, "application").isEmpty()
                        ? "shop"
                        : Json.string(build, "application"),
                "default",
                "web",
                Json.string(build, "kubeVersion").isEmpty()
                        ? "v1.35.2"
                        : Json.string(build, "kubeVersion"),
                Json.array(build.get("apiVersions")).stream().map(String::valueOf).toList());
    }

    private static MemoryFolder repository(Path own) throws IOException {
        var folder = Files.exists(own) ? own : CASES.resolve(EVERYBODYS);
        var root = new MemoryFolder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                root.with(folder.relativize(file).toString(), Files.readString(file, UTF_8));
            }
        }
        return root;
    }

    private static List<Map<String, Object>> objects(Path file) throws IOException {
        return ManifestYaml.documents(file.toString(), Files.readAllBytes(file)).stream()
                .map(Json::object)
                .toList();
    }
}
