package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Build;
import io.tiphys.repo.JoinedFolder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.Installed;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every option and every sort of chart comes to, by the real Helm:
/// `golden/render/helm/<case>/`, with the source that an Application has, the repository (the one
/// of `echo` if the case has none), those of other sources in `refs`, and the objects that are
/// expected, or a part of the message. Skipped where there is no Helm on the PATH; CI sees to it
/// that there is.
class HelmGoldenIT {

    private static final String EVERYBODYS = "helm/echo";

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
                        new HelmRenderer(
                                tools,
                                jail,
                                folders,
                                new ChartDependencies(Settings.NO_CHARTS),
                                new MemoryRemotes().remotes()),
                        new KustomizeRenderer(tools, jail, folders, new MemoryRemotes().remotes()),
                        Settings.withoutPlugins(folders));
    }

    static Stream<String> cases() throws IOException {
        return GoldenFiles.cases("helm").filter(it -> !it.equals(EVERYBODYS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void a_chart_is_rendered_as_expected(String name) throws IOException {
        var folder = GoldenFiles.folder(name);
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
                .containsExactlyElementsOf(GoldenFiles.objects(folder.resolve("expected.yaml")));
    }

    private static RenderRequest request(Path folder) throws IOException {
        var test =
                GoldenFiles.objects(folder.resolve("source.yaml")).stream()
                        .findFirst()
                        .orElse(Map.of());
        var source = new LinkedHashMap<String, Object>();
        source.put("repoURL", "https://example.org/repository");
        source.put("targetRevision", "main");
        source.put("path", "app");
        source.putAll(Json.object(test.get("source")));
        var own = folder.resolve("repository");
        var root = GoldenFiles.repository(Files.exists(own) ? own : GoldenFiles.folder(EVERYBODYS));
        var others = others(folder.resolve("refs"));
        Json.strings(test, "links").forEach((path, target) -> link(root, others, path, target));
        var path = String.valueOf(source.get("path"));
        return new RenderRequest(
                Source.read("spec.source", source),
                "0123456789012345678901234567890123456789",
                new JoinedFolder(root, Map.copyOf(others)),
                root.folder(path.equals(".") ? "" : path).orElseThrow(),
                build(Json.object(test.get("build"))));
    }

    /// What other sources have, each in a folder named as their `ref`.
    private static Map<String, MemoryFolder> others(Path folder) throws IOException {
        var others = new HashMap<String, MemoryFolder>();
        if (Files.exists(folder)) {
            try (var roots = Files.list(folder)) {
                for (var root : roots.toList()) {
                    others.put("$" + root.getFileName(), GoldenFiles.repository(root));
                }
            }
        }
        return others;
    }

    private static void link(
            MemoryFolder root, Map<String, MemoryFolder> others, String path, String target) {
        var other = others.get(path.replaceFirst("/.*", ""));
        if (other == null) {
            root.withLink(path, target);
        } else {
            other.withLink(path.replaceFirst("[^/]*/", ""), target);
        }
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
}
