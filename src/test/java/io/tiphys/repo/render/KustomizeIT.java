package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.MemoryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the tool does with links, with programs, and with what is large.
class KustomizeIT {

    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n";

    @TempDir Path directory;

    private final MemoryFolder files = new MemoryFolder();

    private KustomizeOnPath kustomize;

    @BeforeEach
    void findTool() {
        kustomize = KustomizeOnPath.withTheTool(directory);
    }

    @Test
    void a_link_to_a_base_is_followed() {
        files.with("app/kustomization.yaml", "resources: [base]");
        files.withLink("app/base", "../real")
                .with("real/kustomization.yaml", "resources: [a.yaml]");
        files.with("real/a.yaml", MAP.formatted("a"));

        assertThat(render()).containsExactly("a");
    }

    @Test
    void a_link_to_a_file_beside_the_folder_is_the_tools_to_refuse() {
        files.with("app/kustomization.yaml", "resources: [a.yaml]");
        files.withLink("app/a.yaml", "../a.yaml").with("a.yaml", MAP.formatted("a"));

        assertThatThrownBy(this::render)
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("is not in or below 'app'");
    }

    @Test
    void options_are_laid_over_a_kustomization_that_is_a_link() {
        files.withLink("app/kustomization.yaml", "its/real.yaml");
        files.with("app/its/real.yaml", "resources: [a.yaml]")
                .with("app/a.yaml", MAP.formatted("a"));

        assertThat(
                        kustomize
                                .render(
                                        files,
                                        Map.of(
                                                "path",
                                                "app",
                                                "kustomize",
                                                Map.of("namePrefix", "my-")))
                                .manifests())
                .extracting(it -> it.key().name())
                .containsExactly("my-a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec: {path: ./run.sh}",
                "starlark: {path: run.star, name: run}",
                "container: {image: example.local/run, network: true}"
            })
    void no_program_of_the_repository_is_run(String function) {
        var ran = directory.resolve("ran");
        files.with("app/run.sh", "#!/bin/sh\ntouch " + ran + "\n").with("app/run.star", "x = 1");
        files.with("app/a.yaml", MAP.formatted("a"));
        for (var field : new String[] {"generators", "transformers", "validators"}) {
            files.with(
                    "app/kustomization.yaml",
                    "resources: [a.yaml]\n" + field + ": [function.yaml]");
            files.with(
                    "app/function.yaml",
                    """
                    apiVersion: example.com/v1
                    kind: Run
                    metadata:
                      name: run
                      annotations: {config.kubernetes.io/function: "%s"}
                    """
                            .formatted(function));

            assertThatThrownBy(this::render)
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("external plugins disabled");
        }
        assertThat(Files.exists(ran)).isFalse();
    }

    @Test
    void a_thousand_resources_render() {
        var resources = new StringBuilder("resources:\n");
        for (int i = 0; i < 1_000; i++) {
            files.with("app/%d.yaml".formatted(i), MAP.formatted("a" + i));
            resources.append("- ").append(i).append(".yaml\n");
        }
        files.with("app/kustomization.yaml", resources.toString());

        assertThat(render()).hasSize(1_000);
    }

    private List<String> render() {
        return kustomize.render(files, Map.of("path", "app")).manifests().stream()
                .map(Manifest::key)
                .map(it -> it.name())
                .toList();
    }
}
