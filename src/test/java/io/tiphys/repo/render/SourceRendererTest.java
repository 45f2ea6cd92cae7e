package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.ToolSettings;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendering;
import io.tiphys.support.MemoryFolder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class SourceRendererTest {

    private static final SourceRenderer RENDERER = withoutTools();

    private final MemoryFolder files =
            new MemoryFolder()
                    .with("a.yaml", manifest("a"))
                    .with("deep/b.yaml", manifest("b"))
                    .with("deep/c.yaml", manifest("c"));

    private ToolSettings settings = ToolSettings.DEFAULT;

    @Test
    void files_that_are_for_no_tool_are_a_plain_directory() {
        var rendering = plan("{}");

        assertThat(rendering.type()).isEqualTo(Source.Type.DIRECTORY);
        assertThat(names(rendering)).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({
        "kustomization.yaml,kustomize is needed",
        "kustomization.yml,kustomize is needed",
        "Kustomization,kustomize is needed"
    })
    void a_file_of_a_tool_says_which_tool_it_is(String file, String tool) {
        files.with(file, "{}");

        assertThatThrownBy(() -> plan("{}"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(tool);
    }

    @Test
    void a_chart_needs_helm() {
        files.with("Chart.yaml", "name: chart");

        assertThatThrownBy(() -> plan("{}"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("helm is needed");
    }

    @Test
    void the_authors_choice_of_a_tool_goes_before_what_the_files_say() {
        files.with("Chart.yaml", "apiVersion: v2\nkind: C\nmetadata: {name: chart}");

        assertThat(names(plan("{directory: {include: a.yaml}}"))).containsExactly("a");
    }

    @Test
    void a_file_beside_the_manifests_overrides_the_source() {
        files.with(".argocd-source.yaml", "directory: {recurse: true, exclude: '*c.yaml'}");

        assertThat(names(plan("{}"))).containsExactly("a", "b");
    }

    @Test
    void the_file_of_one_application_goes_before_the_file_of_all() {
        files.with(".argocd-source.yaml", "directory: {recurse: true, exclude: '*c.yaml'}");
        files.with(".argocd-source-shop.yaml", "directory: {exclude: null}");
        files.with(".argocd-source-other.yaml", "directory: {recurse: false}");

        assertThat(names(plan("{}"))).containsExactly("a", "b", "c");
    }

    @Test
    void an_override_cannot_say_where_the_source_lies() {
        files.with(".argocd-source.yaml", "{path: deep, repoURL: other, targetRevision: other}");

        assertThat(names(plan("{}"))).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text", "[a]", "directory: 1", "{directory: {recurse: 1}}", "{helm: {}"})
    void an_override_that_cannot_be_read_is_its_authors_to_mend(String override) {
        files.with(".argocd-source.yaml", override);

        assertThatThrownBy(() -> plan("{directory: {}}"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(".argocd-source.yaml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "helm.enable|Chart.yaml|{}",
                "helm.enable|Chart.yaml|{helm: {releaseName: a}}",
                "kustomize.enable|kustomization.yaml|{}",
                "kustomize.enable|kustomization.yaml|{kustomize: {namePrefix: a-}}",
                "jsonnet.enable|a.jsonnet|{}"
            })
    void what_is_for_a_tool_that_is_switched_off_counts_as_plain_files(
            String setting, String file, String source) {
        files.with(file, "name: none");
        settings = ToolSettings.read(Map.of(setting, "false"));

        var rendering = plan(source);

        assertThat(rendering.type()).isEqualTo(Source.Type.DIRECTORY);
        assertThat(names(rendering)).containsExactly("a");
    }

    @Test
    void jsonnet_that_is_switched_on_again_counts() {
        files.with("a.jsonnet", "never evaluated here");
        settings = ToolSettings.read(Map.of("jsonnet.enable", "false"));
        var without = plan("{}").inputs();

        settings = ToolSettings.DEFAULT;

        assertThat(plan("{}").inputs()).isNotEqualTo(without);
    }

    @Test
    void the_inputs_are_the_files_and_the_options_and_nothing_else() {
        var inputs = plan("{}").inputs();

        assertThat(plan("{directory: {recurse: false}}").inputs()).isEqualTo(inputs);
        assertThat(plan("{directory: {recurse: true}}").inputs()).isNotEqualTo(inputs);
        assertThat(plan("{path: other}").inputs()).isNotEqualTo(inputs);
        files.with("a.yaml", manifest("x"));
        assertThat(plan("{}").inputs()).isNotEqualTo(inputs);
    }

    /// One that finds no tool, wherever it looks.
    private static SourceRenderer withoutTools() {
        var config = Settings.of("directory", "target/no-tools");
        var jail = new Jail(config.jail(), List.of());
        var folders = new WorkingFolders(config);
        var tools = new Tools(Map.of(), "", jail, folders);
        return new SourceRenderer(
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

    private Rendering plan(String source) {
        Map<String, Object> tree = new Yaml().load(source);
        tree.put("repoURL", "https://h/r");
        var request =
                new RenderRequest(
                        Source.read("spec.source", tree),
                        "0123456789012345678901234567890123456789",
                        files,
                        files,
                        new Build(
                                "shop",
                                "default",
                                "web",
                                "v1.35.2",
                                List.of("v1", "v1/Pod"),
                                "",
                                settings));
        return RENDERER.plan(request);
    }

    private static List<String> names(Rendering rendering) {
        return rendering.render().get().manifests().stream()
                .map(Manifest::key)
                .map(it -> it.name())
                .toList();
    }

    private static String manifest(String name) {
        return "apiVersion: v1\nkind: A\nmetadata: {name: " + name + "}\n";
    }
}
