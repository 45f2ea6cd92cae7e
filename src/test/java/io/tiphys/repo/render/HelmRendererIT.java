package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Build;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendering;
import io.tiphys.support.Installed;
import io.tiphys.support.MemoryFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The real Helm with charts that want too much, and with charts that others keep. Skipped where
/// there is no Helm on the PATH; CI sees to it that there is.
class HelmRendererIT {

    private static final String CHART = "{apiVersion: v2, name: %s, version: 1.0.0}";

    @TempDir Path directory;

    private final MemoryFolder root =
            new MemoryFolder().with("app/Chart.yaml", CHART.formatted("app"));

    private Jail jail;
    private WorkingFolders folders;
    private Tools tools;

    @BeforeEach
    void findHelm() {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        jail =
                new Jail(
                        Settings.of(
                                        "jail.processor-time", "3s",
                                        "jail.memory", "1500M",
                                        "jail.output", "1M")
                                .jail(),
                        Jail.usableWalls());
        folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        tools = new Tools(Map.of(), Tools.path(), jail, folders);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{ range until 90000 }}{{ range until 90000 }}{{ end }}{{ end }} | was killed",
                "{{ range until 900000000 }}{{ end }} | out of memory",
                "a: {{ repeat 2000000 \"x\" }} | jail.output",
            })
    void a_template_that_wants_too_much_is_ended_by_a_limit(String template, String limit) {
        root.with("app/templates/a.yaml", template);

        assertThat(failure(plan())).hasMessageStartingWith("helm ").hasMessageContaining(limit);
    }

    @Test
    void a_chart_of_another_repository_is_rendered_with_its_own_name_and_values() {
        dependOn("https://charts.example");
        root.with("app/values.yaml", "db: {size: 3}");
        var db =
                new MemoryFolder()
                        .with("Chart.yaml", CHART.formatted("db"))
                        .with("values.yaml", "size: 1")
                        .with(
                                "templates/a.yaml",
                                "{apiVersion: v1, kind: A, metadata: {name: '{{ .Release.Name }}-{{"
                                        + " .Values.size }}'}}");

        var charts =
                new HelmRenderer(
                        tools,
                        jail,
                        folders,
                        new ChartDependencies((_, _, _, _) -> of(db)),
                        new MemoryRemotes().remotes());

        assertThat(names(plan(charts, "shop"))).containsExactly("shop-3");
    }

    @Test
    void no_tool_asks_a_server_for_a_chart() {
        dependOn("http://127.0.0.1:1");

        assertThat(failure(plan()))
                .hasMessage(
                        "The chart's dependencies cannot be built (db of http://127.0.0.1:1):"
                                + " nothing is at http://127.0.0.1:1");
    }

    private static Artefact of(Folder files) {
        return new Artefact() {
            @Override
            public String resolve(String targetRevision, FetchDemand fetch) {
                return "1.0.0";
            }

            @Override
            public Folder folder(String version, String path) {
                return files;
            }
        };
    }

    private void dependOn(String repository) {
        root.with(
                "app/Chart.yaml",
                CHART.formatted("app").replace("}", "")
                        + ", dependencies: [{name: db, version: 1.x, repository: '%s'}]}"
                                .formatted(repository));
    }

    private Rendering plan() {
        return plan(
                new HelmRenderer(
                        tools,
                        jail,
                        folders,
                        new ChartDependencies(Settings.NO_CHARTS),
                        new MemoryRemotes().remotes()),
                "shop");
    }

    private Rendering plan(HelmRenderer charts, String release) {
        var source =
                Source.read(
                        "spec.source",
                        Map.of(
                                "repoURL",
                                "https://h/r",
                                "path",
                                "app",
                                "helm",
                                Map.of("releaseName", release)));
        return charts.plan(
                new RenderRequest(
                        source,
                        "0".repeat(40),
                        root,
                        root.folder("app").orElseThrow(),
                        new Build("shop", "default", "web", "v1.35.2", List.of())),
                (Source.Helm) source.options().orElseThrow());
    }

    private static ManifestFailure failure(Rendering rendering) {
        return catchThrowableOfType(ManifestFailure.class, () -> rendering.render().get());
    }

    private static List<String> names(Rendering rendering) {
        return rendering.render().get().manifests().stream().map(it -> it.key().name()).toList();
    }
}
