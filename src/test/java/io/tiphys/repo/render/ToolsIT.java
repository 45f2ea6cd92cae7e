package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real tools, within the limits that are set by default. Skipped where they are not on the
/// PATH; CI sees to it that they are.
class ToolsIT {

    @TempDir Path directory;

    private Jail jail;
    private Tools tools;
    private WorkingFolder folder;

    @BeforeEach
    void findTools() {
        jail = new Jail(Settings.of().jail(), Jail.usableWalls());
        var folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        tools = new Tools(Map.of(), Tools.path(), jail, folders);
        folder = folders.open();
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void helm_renders_a_chart() throws IOException {
        assumeFound("helm");
        write("Chart.yaml", "apiVersion: v2\nname: it\nversion: 1.0.0\n");
        write("templates/it.yaml", "kind: ConfigMap\ndata: { of: {{ .Release.Name }} }\n");

        var helm = tools.helm();

        assertThat(helm.version()).startsWith("v");
        assertThat(output(helm, "template", "guestbook", ".")).contains("data: { of: guestbook }");
    }

    @Test
    void helm_says_what_is_wrong_with_a_chart() throws IOException {
        assumeFound("helm");
        write("Chart.yaml", "apiVersion: v2\nname: it\nversion: 1.0.0\n");
        write("templates/it.yaml", "{{ fail \"no port\" }}\n");

        assertThat(failure(tools.helm(), "template", "."))
                .hasMessageStartingWith("helm failed with code 1: ")
                .hasMessageContaining("no port");
    }

    @Test
    void kustomize_builds_a_folder() throws IOException {
        assumeFound("kustomize", "kubectl");
        write("kustomization.yaml", "namePrefix: my-\nresources: [it.yaml]\n");
        write("it.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: it }\n");

        var kustomize = tools.kustomize();

        assertThat(kustomize.version()).startsWith("v");
        assertThat(output(kustomize, ".")).contains("name: my-it");
    }

    @Test
    void kustomize_says_what_is_wrong_and_not_where_we_keep_it() throws IOException {
        assumeFound("kustomize", "kubectl");
        write("kustomization.yaml", "resources: [gone.yaml]\n");

        assertThat(failure(tools.kustomize(), "."))
                .hasMessageContaining("gone.yaml")
                .satisfies(it -> assertThat(it.getMessage()).doesNotContain(directory.toString()));
    }

    private static void assumeFound(String... programs) {
        assumeTrue(
                Arrays.stream(programs).anyMatch(Installed::isOnPath),
                "needs " + String.join(" or ", programs));
    }

    private void write(String path, String content) throws IOException {
        var file = folder.files().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String output(Tool tool, String... arguments) {
        return new String(jail.run(new Run(tool, folder, arguments)), UTF_8);
    }

    private ManifestFailure failure(Tool tool, String... arguments) {
        return catchThrowableOfType(
                ManifestFailure.class, () -> jail.run(new Run(tool, folder, arguments)));
    }
}
