package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSetTest {

    private final MemoryFolder root =
            new MemoryFolder()
                    .with("app/Chart.yaml", "name: app")
                    .with("app/templates/a.yaml", "kind: A")
                    .with("app/templates/deep/b.yaml", "kind: B")
                    .with("values/prod.yaml", "env: prod")
                    .with("values/test.yaml", "env: test");

    private final FileSet set = new FileSet(root);

    @Test
    void a_file_is_taken_by_its_path_from_the_root() {
        assertThat(set.addFile("values/prod.yaml")).contains("values/prod.yaml");

        assertThat(set.paths()).containsExactly("values/prod.yaml");
        assertThat(set.read("values/prod.yaml")).asString().isEqualTo("env: prod");
    }

    @Test
    void a_folder_is_taken_with_all_below_it() {
        assertThat(set.addFolder("app/templates")).contains("app/templates");

        assertThat(set.paths())
                .containsExactly("app/templates/a.yaml", "app/templates/deep/b.yaml");
        assertThat(set.read("app/templates/a.yaml")).asString().isEqualTo("kind: A");
    }

    @Test
    void the_root_is_a_folder_too() {
        assertThat(set.addFolder("")).contains("");

        assertThat(set.paths()).containsExactlyElementsOf(root.files().keySet());
    }

    @Test
    void a_path_may_go_up_and_down_inside_the_repository() {
        assertThat(set.addFile("app/../values/./prod.yaml")).contains("values/prod.yaml");
    }

    @Test
    void a_path_that_no_machine_could_have_is_refused() {
        assertThatThrownBy(() -> set.addFile("a/".repeat(100_000)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("longer than 4096");
    }

    @Test
    void what_is_not_there_is_not_taken() {
        assertThat(set.addFile("values/none.yaml")).isEmpty();
        assertThat(set.addFile("values")).isEmpty();
        assertThat(set.addFolder("values/prod.yaml")).isEmpty();
        assertThat(set.addFolder("none")).isEmpty();

        assertThat(set.paths()).isEmpty();
        assertThat(set.ids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../values", "app/../../values/prod.yaml"})
    void a_path_that_leaves_the_repository_is_refused(String path) {
        assertThatThrownBy(() -> set.addFile(path))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(path + " leads out of the repository");
    }

    @Test
    void a_link_is_taken_with_the_file_that_it_leads_to() {
        root.withLink("app/values.yaml", "../values/prod.yaml");

        assertThat(set.addFile("app/values.yaml")).contains("values/prod.yaml");

        assertThat(set.paths()).containsExactly("app/values.yaml", "values/prod.yaml");
    }

    @Test
    void a_link_in_a_folder_is_taken_with_the_folder_that_it_leads_to() {
        root.withLink("app/all", "../values");

        set.addFolder("app");

        assertThat(set.paths()).contains("app/all", "values/prod.yaml", "values/test.yaml");
    }

    @Test
    void a_path_through_a_linked_folder_finds_the_file() {
        root.withLink("app/all", "../values").withLink("app/again", "./all");

        assertThat(set.addFile("app/again/prod.yaml")).contains("values/prod.yaml");

        assertThat(set.paths()).containsExactly("app/again", "app/all", "values/prod.yaml");
    }

    @Test
    void a_link_to_nothing_stays_a_link() {
        root.withLink("app/gone.yaml", "nothing.yaml");

        set.addFolder("app");

        assertThat(set.paths()).contains("app/gone.yaml");
        assertThat(set.addFile("app/gone.yaml")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../../../x", "../../../etc/passwd"})
    void a_link_that_leaves_the_repository_is_refused(String target) {
        root.withLink("app/templates/evil.yaml", target);

        assertThatThrownBy(() -> set.addFolder("app"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("app/templates/evil.yaml")
                .hasMessageContaining("leads out of the repository");
    }

    @Test
    void a_link_to_itself_is_refused() {
        root.withLink("a", "b").withLink("b", "a");

        assertThatThrownBy(() -> set.addFile("a"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("leads to itself");
    }

    @Test
    void a_folder_with_a_link_to_a_folder_above_it_has_an_end() {
        root.withLink("app/templates/up", "..");

        set.addFolder("app/templates");

        assertThat(set.paths()).contains("app/Chart.yaml", "app/templates/up");
    }

    @Test
    void ids_name_a_folder_by_its_tree_and_a_file_by_itself() {
        set.addFolder("app");
        set.addFile("values/prod.yaml");

        assertThat(set.ids())
                .isEqualTo(
                        Map.of(
                                "app",
                                root.folder("app").orElseThrow().treeId(),
                                "values/prod.yaml",
                                root.file("values/prod.yaml").orElseThrow().objectId()));
    }

    @Test
    void ids_change_with_what_a_link_leads_to() {
        root.withLink("app/values.yaml", "../values/prod.yaml");
        set.addFolder("app");

        root.with("values/prod.yaml", "env: other");
        var changed = new FileSet(root);
        changed.addFolder("app");

        assertThat(changed.ids()).isNotEqualTo(set.ids());
    }

    @Test
    void files_and_links_are_written_at_their_places(@TempDir Path work) throws IOException {
        root.withLink("app/values.yaml", "../values/prod.yaml");
        set.addFolder("app");

        try (var working = new WorkingFolder(work, 10, 1000)) {
            set.writeTo(working);

            var folder = working.files();
            assertThat(folder.resolve("app/templates/deep/b.yaml")).hasContent("kind: B");
            assertThat(folder.resolve("app/values.yaml")).isSymbolicLink().hasContent("env: prod");
            assertThat(Files.exists(folder.resolve("values/test.yaml"))).isFalse();
        }
    }

    @Test
    void more_than_a_source_may_have_is_not_written(@TempDir Path work) throws IOException {
        set.addFolder("app");

        try (var working = new WorkingFolder(work, 2, 1000)) {
            assertThatThrownBy(() -> set.writeTo(working))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("more than 2 files (tiphys.repo.jail.input-files)");
        }
    }
}
