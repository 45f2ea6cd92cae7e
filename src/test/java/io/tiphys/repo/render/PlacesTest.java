package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.MemoryFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {

    private final MemoryFolder root =
            new MemoryFolder().with("a/b/c.yaml", "c").withLink("a/link", "b").with("d.yaml", "d");

    private final Places places = new Places(root);

    @Test
    void a_file_is_found_with_its_whole_path() {
        assertThat(places.file("a/b/c.yaml")).isEqualTo(root.file("a/b/c.yaml")).isPresent();
        assertThat(places.file("d.yaml")).isEqualTo(root.file("d.yaml")).isPresent();
        assertThat(places.file("a/link")).hasValueSatisfying(it -> assertThat(it.link()).isTrue());
    }

    @Test
    void a_folder_has_the_id_of_its_tree_and_a_file_its_own() {
        assertThat(places.idAt("")).isEqualTo(root.treeId());
        assertThat(places.idAt("a/b")).isEqualTo(root.folder("a/b").orElseThrow().treeId());
        assertThat(places.idAt("d.yaml")).isEqualTo(root.file("d.yaml").orElseThrow().objectId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "a/none", "none/a", "d.yaml/a", "a/link/c.yaml"})
    void what_is_not_there_is_nothing(String path) {
        assertThat(places.folder(path)).isEmpty();
        assertThat(places.file(path)).isEmpty();
        assertThat(places.idAt(path)).isEmpty();
    }
}
