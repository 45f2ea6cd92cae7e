package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Held against Git's index, which makes the same trees by reading and writing all of them.
class TreeChangeTest {

    /// Names that stand in another order as folders than as files.
    private static final String[] NAMES = {"a", "a.b", "a-b", "a0", "b", "é", "A"};

    private static final FileMode[] MODES = {
        FileMode.REGULAR_FILE, FileMode.EXECUTABLE_FILE, FileMode.SYMLINK
    };

    private final InMemoryRepository repository =
            new InMemoryRepository(new DfsRepositoryDescription("trees"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void it_is_the_tree_that_an_index_makes_of_the_same_change(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            var before = tree(null, files(random), MODES[random.nextInt(MODES.length)]);
            var changed = files(random);

            ObjectId after;
            try (var inserter = repository.newObjectInserter();
                    var reader = inserter.newReader()) {
                after = new TreeChange(reader, inserter).in(before, changed);
                inserter.flush();
            }

            assertThat(after)
                    .as("%s", changed)
                    .isEqualTo(tree(before, changed, FileMode.REGULAR_FILE));
        }
    }

    private Map<String, ObjectId> files(Random random) throws IOException {
        var files = new HashMap<String, ObjectId>();
        try (var inserter = repository.newObjectInserter()) {
            for (int i = random.nextInt(12); i >= 0; i--) {
                var path = new StringBuilder(name(random));
                for (int depth = random.nextInt(3); depth > 0; depth--) {
                    path.append('/').append(name(random));
                }
                var content = String.valueOf(random.nextInt(100)).getBytes(UTF_8);
                var id = inserter.insert(Constants.OBJ_BLOB, content);
                // No file is a folder as well.
                if (files.keySet().stream().noneMatch(it -> isBelow(it, path.toString()))) {
                    files.put(path.toString(), id);
                }
            }
            inserter.flush();
        }
        return files;
    }

    private static boolean isBelow(String one, String other) {
        return (one + "/").startsWith(other + "/") || (other + "/").startsWith(one + "/");
    }

    private static String name(Random random) {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private ObjectId tree(ObjectId before, Map<String, ObjectId> files, FileMode mode)
            throws IOException {
        try (ObjectInserter inserter = repository.newObjectInserter();
                var reader = inserter.newReader()) {
            var index = before == null ? DirCache.newInCore() : DirCache.read(reader, before);
            var editor = index.editor();
            files.forEach(
                    (path, id) ->
                            editor.add(
                                    new PathEdit(path) {
                                        @Override
                                        public void apply(DirCacheEntry entry) {
                                            entry.setObjectId(id);
                                            if (entry.getRawMode() == 0) {
                                                entry.setFileMode(mode);
                                            }
                                        }
                                    }));
            editor.finish();
            var tree = index.writeTree(inserter);
            inserter.flush();
            return tree;
        }
    }
}
