package io.tiphys.repo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.repo.Folder.Entry;
import io.tiphys.support.MemoryFolder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JoinedFolderTest {

    private static final MemoryFolder OWN =
            new MemoryFolder().with("a/x.yaml", "own").with("$hidden/x.yaml", "hidden");
    private static final MemoryFolder OTHER =
            new MemoryFolder().with("a/x.yaml", "other").with("top.yaml", "top");
    private static final Folder JOINED =
            new JoinedFolder(OWN, Map.of("$values", OTHER, "$hidden", new MemoryFolder()));

    @Test
    void files_are_found_in_each_by_their_paths() {
        assertThat(content("a/x.yaml")).isEqualTo("own");
        assertThat(content("$values/a/x.yaml")).isEqualTo("other");
        assertThat(content("$values/top.yaml")).isEqualTo("top");
        assertThat(JOINED.file("$values/none.yaml")).isEmpty();
        assertThat(JOINED.file("$values")).isEmpty();
        assertThat(JOINED.file("top.yaml")).isEmpty();
        assertThat(JOINED.file("$hidden/x.yaml")).isEmpty();
    }

    @Test
    void folders_are_found_in_each_by_their_paths() {
        assertThat(JOINED.folder("$values")).contains(OTHER);
        assertThat(JOINED.folder("$values/a").orElseThrow().file("x.yaml")).isPresent();
        assertThat(JOINED.folder("a")).isEqualTo(OWN.folder("a"));
        assertThat(JOINED.folder("")).contains(OWN);
    }

    @Test
    void what_is_listed_and_named_is_its_own() {
        assertThat(JOINED.treeId()).isEqualTo(OWN.treeId());
        assertThat(JOINED.entries(true))
                .extracting(Entry::path)
                .containsExactly("$hidden/x.yaml", "a/x.yaml");
    }

    private static String content(String path) {
        return new String(JOINED.read(JOINED.file(path).orElseThrow()), UTF_8);
    }
}
