package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Source.Directory;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryRendererTest {

    private final Map<String, byte[]> files = new TreeMap<>();
    private boolean links;

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
        assertThat(names(new Directory(true, "", ""))).containsExactly("a", "b");
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

        assertThat(names(new Directory(true, orEmpty(include), orEmpty(exclude))))
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

        assertThatThrownBy(() -> render(new Directory(true, "", "")))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("deep/bad.yaml: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Chart.yaml",
                "kustomization.yaml",
                "kustomization.yml",
                "Kustomization",
                "main.jsonnet"
            })
    void what_another_tool_must_render_is_refused(String name) {
        file("a.yaml", manifest("a"));
        file(name, "");

        assertThatThrownBy(() -> render(Directory.PLAIN))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("not rendered by this version");
    }

    @Test
    void a_chart_in_a_sub_folder_is_none_of_the_folders() {
        file("a.yaml", manifest("a"));
        file("deep/kustomization.yaml", "");

        assertThat(names(Directory.PLAIN)).containsExactly("a");
    }

    @Test
    void links_are_refused() {
        file("a.yaml", "../../etc/passwd");
        links = true;

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
        assertThat(names(new Directory(false, "", "c.yaml"))).isEmpty();
    }

    private List<String> names(Directory directory) {
        return render(directory).stream().map(it -> it.key().name()).toList();
    }

    private List<Manifest> render(Directory directory) {
        return new DirectoryRenderer()
                .render(new InMemory(), new Source("https://h/r", "path", "main", "", directory))
                .manifests();
    }

    private void file(String path, String content) {
        files.put(path, content.getBytes(UTF_8));
    }

    private static String manifest(String name) {
        return "apiVersion: v1\nkind: A\nmetadata: {name: " + name + "}\n";
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private final class InMemory implements Folder {

        @Override
        public String treeId() {
            return "tree";
        }

        @Override
        public List<Entry> entries(boolean recurse) {
            return files.entrySet().stream()
                    .filter(it -> recurse || !it.getKey().contains("/"))
                    .map(it -> new Entry(it.getKey(), it.getKey(), it.getValue().length, links))
                    .toList();
        }

        @Override
        public byte[] read(Entry entry) {
            return files.get(entry.path());
        }
    }
}
