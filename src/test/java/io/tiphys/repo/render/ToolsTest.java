package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which program is taken, and what it is asked. Programs are shell scripts here; [ToolsIT] has
/// the real ones.
class ToolsTest {

    @TempDir Path directory;

    private Path first;
    private Path second;
    private Path asked;

    @BeforeEach
    void makeFolders() throws IOException {
        first = Files.createDirectory(directory.resolve("first"));
        second = Files.createDirectory(directory.resolve("second"));
        asked = Files.createFile(directory.resolve("asked"));
    }

    @Test
    void the_first_on_the_path_is_taken() throws IOException {
        var helm = program(first, "helm", "v4.1.4+g05fa379");
        program(second, "helm", "v3.0.0");

        assertThat(tools(Map.of()).helm())
                .isEqualTo(new Tool("helm", List.of(helm.toString()), "v4.1.4+g05fa379"));
    }

    @Test
    void the_one_that_the_configuration_names_comes_before_the_path() throws IOException {
        program(first, "helm", "v4.1.4");
        var other = program(directory, "helm-3", "v3.21.0");

        assertThat(tools(Map.of("helm", other)).helm().version()).isEqualTo("v3.21.0");
    }

    @Test
    void a_configured_one_must_be_there() {
        assertThatThrownBy(() -> tools(Map.of("helm", Path.of("/no/helm"))).helm())
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(
                        "tiphys.repo.tools.helm must be the absolute path of a program, and"
                                + " /no/helm is not");
    }

    @Test
    void a_missing_one_is_named_with_where_to_get_it() {
        assertThatThrownBy(() -> tools(Map.of()).helm())
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContainingAll(
                        "helm is needed", "PATH", "tiphys.repo.tools.helm", "helm.sh/docs/intro");
        assertThatThrownBy(() -> tools(Map.of()).kustomize())
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContainingAll(
                        "kustomize or kubectl on the PATH",
                        "tiphys.repo.tools.kustomize or tiphys.repo.tools.kubectl",
                        "kubectl.sigs.k8s.io/installation/kustomize");
    }

    @Test
    void a_kustomize_of_its_own_is_preferred_to_the_one_in_kubectl() throws IOException {
        var kubectl =
                program(first, "kubectl", "Client Version: v1.35.2\nKustomize Version: v5.7.1");

        assertThat(tools(Map.of()).kustomize())
                .isEqualTo(
                        new Tool("kustomize", List.of(kubectl.toString(), "kustomize"), "v5.7.1"));

        var own = program(second, "kustomize", "v5.8.0");
        assertThat(tools(Map.of()).kustomize())
                .isEqualTo(new Tool("kustomize", List.of(own.toString(), "build"), "v5.8.0"));
        assertThat(asked).content().isEqualTo("version --client\nversion\n");
    }

    @Test
    void a_version_is_asked_once_and_again_when_the_file_has_changed() throws IOException {
        program(first, "helm", "v4.1.4");
        var tools = tools(Map.of());

        assertThat(tools.helm()).isEqualTo(tools.helm());
        assertThat(asked).content().isEqualTo("version --short\n");

        program(first, "helm", "v4.1.10");
        assertThat(tools.helm().version()).isEqualTo("v4.1.10");
    }

    @Test
    void a_program_without_a_version_is_refused() throws IOException {
        var helm = program(first, "helm", "what?");

        assertThatThrownBy(() -> tools(Map.of()).helm())
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(helm + " does not tell its version: what?");
    }

    private Path program(Path folder, String name, String version) throws IOException {
        var file = folder.resolve(name);
        Files.writeString(
                file,
                "#!/bin/sh\necho \"$@\" >> " + asked + "\ncat <<'END'\n" + version + "\nEND\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Tools tools(Map<String, Path> configured) {
        return new Tools(
                configured,
                first + ":" + second,
                new Jail(Settings.of().jail(), List.of()),
                new WorkingFolders(Settings.of("directory", directory.toString())));
    }
}
