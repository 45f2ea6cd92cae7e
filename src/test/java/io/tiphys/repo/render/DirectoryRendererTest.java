package io.tiphys.repo.render;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source.Directory;
import io.tiphys.repo.Build;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendering;
import io.tiphys.support.CountedFolder;
import io.tiphys.support.MemoryFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryRendererTest {

    @TempDir Path work;

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
                "[{kind: A}] # apiVersion: metadata: | must be an object",
                "{kind: A, metadata: {name: a}} | apiVersion and kind",
                "{apiVersion: v1, metadata: {name: 'kind:'}} | apiVersion and kind",
                "{apiVersion: v1, kind: A} | A has no metadata.name",
                "{apiVersion: v1, kind: A, metadata: {name: 5}} | A has no metadata.name",
                "{apiVersion: v1, kind: List, items: [5]} | must be an object",
                "{apiVersion: v1, kind: A, metadata: {name: {{ x }}}} | line 1",
                "{apiVersion: v1, kind: A} --- {a: | line 4",
            })
    void what_is_no_manifest_is_refused_by_its_files_name(String content, String message) {
        file("good.yaml", manifest("good"));
        file("deep/bad.yaml", content.replace(" --- ", "\n---\n") + "\n");

        assertThatThrownBy(() -> render(Directory.of(true, "", "")))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("deep/bad.yaml: ")
                .hasMessageContaining(message);
    }

    @Test
    void what_is_there_for_somebody_else_is_passed_over() {
        file("a.yaml", manifest("a"));
        file("values.yaml", "image: {tag: v1}");
        file("list.yaml", "[1]");
        file("text.yaml", "text");
        file("template.yaml", "{{ if .Values.on }}\nkind: A\n{{ end }}");
        file("package.json", "{\"name\": \"a\"}");

        assertThat(names(Directory.PLAIN)).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | must be an object",
                "{ // no comment | line 1",
                "{\"kind\": \"A\"} | apiVersion and kind",
                "{} --- {} | one object only",
            })
    void a_json_file_must_hold_one_object(String content, String message) {
        file("a.json", content.replace("{}", "{\"a\": 1}").replace(" --- ", "\n---\n"));

        assertThatThrownBy(() -> render(Directory.PLAIN))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("a.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void links_are_followed_inside_the_repository() {
        files.withLink("a.yaml", "deep/b.yaml").withLink("c.yaml", "a.yaml");
        file("deep/b.yaml", manifest("b"));

        assertThat(render(Directory.PLAIN))
                .extracting(Manifest::origin, it -> it.key().name())
                .containsExactly(tuple("a.yaml", "b"), tuple("c.yaml", "b"));
    }

    @Test
    void links_that_lead_to_no_file_are_passed_over() {
        files.withLink("a.yaml", "missing").withLink("b.yaml", "deep");
        file("deep/b.yaml", manifest("b"));

        assertThat(names(Directory.PLAIN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../other.yaml", "deep/../../other.yaml"})
    void links_that_leave_the_repository_are_refused(String target) {
        files.withLink("a.yaml", target);

        assertThatThrownBy(() -> render(Directory.PLAIN))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("out of the repository");
    }

    @Test
    void files_that_do_not_count_are_no_inputs() {
        file("a.yaml", manifest("a"));
        var inputs = plan(Directory.PLAIN).inputs();

        file("README.md", "# changed");
        file("deep/b.yaml", manifest("b"));
        file(".argocd-source-other.yaml", "{}");
        assertThat(plan(Directory.PLAIN).inputs()).isEqualTo(inputs);

        file("b.yaml", manifest("b"));
        assertThat(plan(Directory.PLAIN).inputs()).isNotEqualTo(inputs);
    }

    @Test
    void what_a_link_leads_to_is_an_input() {
        files.withLink("a.yaml", "deep/b.yaml");
        file("deep/b.yaml", manifest("b"));
        var inputs = plan(Directory.PLAIN).inputs();

        file("deep/b.yaml", manifest("c"));
        assertThat(plan(Directory.PLAIN).inputs()).isNotEqualTo(inputs);
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
        file("c.yaml", "# +argocd:skip-file-rendering\n" + large);
        assertThat(names(Directory.PLAIN)).isEmpty();
    }

    @Test
    void a_folder_that_did_not_change_is_not_listed_again() {
        var listings = new AtomicInteger();
        var counted = new CountedFolder(files, listings);
        var renderer = new DirectoryRenderer(AJsonnet.inFolder(work));
        file("a.yaml", manifest("a"));
        file("deep/b.yaml", manifest("b"));

        var first = renderer.plan(request(counted), Directory.PLAIN);
        var again = renderer.plan(request(counted), Directory.PLAIN);

        assertThat(listings).hasValue(1);
        assertThat(again.inputs()).isEqualTo(first.inputs());
        assertThat(again.render().get().manifests())
                .isEqualTo(first.render().get().manifests())
                .hasSize(1);

        var recursing = renderer.plan(request(counted), Directory.of(true, "", ""));
        assertThat(recursing.render().get().manifests()).hasSize(2);
        file("a.yaml", manifest("other"));
        assertThat(renderer.plan(request(counted), Directory.PLAIN).inputs())
                .isNotEqualTo(first.inputs());
    }

    private List<String> names(Directory directory) {
        return render(directory).stream().map(it -> it.key().name()).toList();
    }

    private List<Manifest> render(Directory directory) {
        return plan(directory).render().get().manifests();
    }

    private Rendering plan(Directory directory) {
        return new DirectoryRenderer(AJsonnet.inFolder(work)).plan(request(files), directory);
    }

    private static RenderRequest request(Folder root) {
        return new RenderRequest(
                aSource("https://h/r", ".", "main"),
                "commit",
                root,
                root,
                new Build("shop", "default", "web", "", List.of()));
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
