package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.Test;

class TreesTest {

    private final InMemoryRepository repository =
            new InMemoryRepository(new DfsRepositoryDescription("trees"));

    @Test
    void what_a_folder_holds_is_found_by_its_name() throws Exception {
        var trees = new Trees();
        var within = folder("x");
        var tree = new TreeFormatter();
        tree.append("a.b", FileMode.SYMLINK, within);
        tree.append("a", FileMode.TREE, within);
        tree.append("é", FileMode.EXECUTABLE_FILE, within);
        var folder = insert(tree);

        try (var reader = repository.newObjectReader()) {
            assertThat(trees.find(reader, folder, "apps", "a"))
                    .contains(new Trees.Child(within, FileMode.TREE));
            assertThat(trees.find(reader, folder, "apps", "a.b"))
                    .contains(new Trees.Child(within, FileMode.SYMLINK));
            assertThat(trees.find(reader, folder, "apps", "é"))
                    .contains(new Trees.Child(within, FileMode.EXECUTABLE_FILE));
            assertThat(trees.find(reader, folder, "apps", "A")).isEmpty();
            assertThat(trees.find(reader, within, "apps", "a")).isEmpty();
        }
    }

    @Test
    void of_a_folder_without_end_no_more_is_read_than_there_is_room_for() throws Exception {
        var trees = new Trees(3);

        try (var reader = repository.newObjectReader()) {
            assertThat(trees.find(reader, folder("a", "b", "c"), "apps", "c")).isPresent();
            var large = folder("a", "b", "c", "d");
            assertThatThrownBy(() -> trees.find(reader, large, "apps", "a"))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("The folder /apps")
                    .hasMessageContaining("more than 3 files");
        }
    }

    private ObjectId folder(String... names) throws Exception {
        var tree = new TreeFormatter();
        for (var name : names) {
            tree.append(name, FileMode.REGULAR_FILE, ObjectId.zeroId());
        }
        return insert(tree);
    }

    private ObjectId insert(TreeFormatter tree) throws Exception {
        try (var inserter = repository.newObjectInserter()) {
            var id = inserter.insert(tree);
            inserter.flush();
            return id;
        }
    }
}
