package io.tiphys.repo.render;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source.Directory;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.MemoryFolder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryRendererTest {

    private final MemoryFolder files = new MemoryFolder();

    @Test
    void yaml_and_json_files_are_rendered_in_the_order_of_their_names() {
        file(
                "c.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"A\", \"metadata\": {\"name\": \"c\"}}");
        file("a.yaml", manifest("a1") + "---\n" + manifest("a2"));
        file("b.yml", manifest("b"));
        file("README.md", "# no manifest");
        file("script.sh", "exit 1");

        assertThat(names(Directory.PLAIN)).containsExactly("a1", "a2", "b", "c");
        assertThat(render(Directory.PLAIN).getFirst().origin()).isEqualTo("a.yaml");
    }

    @Test
    void sub_folders_count_only_if_asked_for() {
        file("a.yaml", manifest("a"));
        file("deep/er/b.yaml", manifest("b"));

        assertThat(names(Directory.PLAIN)).containsExactly("a");
        assertThat(names(Directory.of(true, "", ""))).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*.yaml           |                | a deep/b deep/c.test",
                "a.yaml           |                | a",
                "{a,deep/b}.yaml  |                | a deep/b",
                "deep/*           |                | deep/b deep/c.test",
                "?.yaml           |                | a",
                "                 | *.test.yaml    | a deep/b",
                "                 | {a.yaml,*c*}  | deep/b",
                "deep/*           | *.test.yaml    | deep/b",
                "*.yaml           | *              | ",
                "{a               |                | ",
                "a}.yaml          |                | ",
                "(a|b).yaml       |                | ",
            })
    void globs_say_which_files_count(String include, String exclude, String expected) {
        for (var name : List.of("a", "deep/b", "deep/c.test")) {
            file(name + ".yaml", manifest(name));
        }

        assertThat(names(Directory.of(true, orEmpty(include), orEmpty(exclude))))
                .containsExactlyElementsOf(
                        expected == null ? List.of() : List.of(expected.split(" ")));
    }

    @Test
    void a_file_may_ask_not_to_be_rendered() {
        file("a.yaml", "# +argocd:skip-file-rendering\n" + manifest("a") + ": : no YAML\n");
        file("b.yaml", manifest("b"));

        assertThat(names(Directory.PLAIN)).containsExactly("b");
    }

    @Test
    void the_items_of_a_list_are_manifests() {
        file(
                "list.json",
                """
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}},
                  null,
                  {"apiVersion": "v1", "kind": "BList", "items": [
                    {"apiVersion": "v1", "kind": "B", "metadata": {"name": "b"}}]}]}
                """);

        assertThat(names(Directory.PLAIN)).containsExactly("a", "b");
    }

    @Test
    void empty_documents_and_empty_objects_are_nothing() {
        file("a.yaml", "---\n---\n{}\n---\n# comment\n");

        assertThat(names(Directory.PLAIN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text | must be an object",
                "[1]  | must be an object",
                "{kind: A, metadata: {name: a}} | apiVersion and kind",
                "{apiVersion: v1, metadata: {name: a}} | apiVersion and kind",
                "{apiVersion: v1, kind: A} | A has no metadata.name",
                "{apiVersion: v1, kind: A, metadata: {name: 5}} | A has no metadata.name",
                "{apiVersion: v1, kind: List, items: [5]} | must be an object",
                "{a: | line 1",
            })
    void what_is_no_manifest_is_refused_by_its_files_name(String content, String message) {
        file("good.yaml", manifest("good"));
        file("deep/bad.yaml", content);

        assertThatThrownBy(() -> render(Directory.of(true, "", "")))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("deep/bad.yaml: ")
                .hasMessageContaining(message);
    }

    @Test
    void what_another_tool_must_render_is_refused() {
        file("a.yaml", manifest("a"));
        file("main.jsonnet", "");

        assertThatThrownBy(() -> render(Directory.PLAIN))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("not rendered by this version");
    }

    @Test
    void links_are_refused() {
        files.withLink("a.yaml", "../../etc/passwd");

        assertThatThrownBy(() -> render(Directory.PLAIN))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("a.yaml: symbolic links");
    }

    @Test
    void more_than_ten_megabytes_together_are_refused() {
        var large = ("# " + "x".repeat(1000) + "\n").repeat(4 * 1024);
        file("a.yaml", large);
        file("b.yaml", large);
        assertThat(names(Directory.PLAIN)).isEmpty();

        file("c.yaml", large);
        assertThatThrownBy(() -> render(Directory.PLAIN))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("larger than 10 MB");
        assertThat(names(Directory.of(false, "", "c.yaml"))).isEmpty();
    }

    private List<String> names(Directory directory) {
        return render(directory).stream().map(it -> it.key().name()).toList();
    }

    private List<Manifest> render(Directory directory) {
        var request =
                new RenderRequest(
                        aSource("https://h/r", "path", "main"),
                        "commit",
                        files,
                        files,
                        new Build("shop", "default", "web", "", List.of()));
        return new DirectoryRenderer().plan(request, directory).render().get().manifests();
    }

    private void file(String path, String content) {
        files.with(path, content);
    }

    private static String manifest(String name) {
        return "apiVersion: v1\nkind: A\nmetadata: {name: " + name + "}\n";
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
