package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/// Folders as Git has them, unpacked. A folder of a monorepo may name thousands, and each of their
/// Applications looks for one of them in it.
final class Trees {

    private static final long MAX_BYTES = 16L << 20;

    /// Of an entry, beside its bytes.
    private static final int OVERHEAD = 128;

    private final Cache<ObjectId, byte[]> trees =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((ObjectId _, byte[] tree) -> tree.length + OVERHEAD)
                    .build();

    /// Looks for a name in a folder.
    ///
    /// @return standing at what is called so; empty if nothing is
    /// @throws IOException if the folder cannot be read
    Optional<CanonicalTreeParser> find(ObjectReader reader, ObjectId folder, String name)
            throws IOException {
        var bytes = trees.getIfPresent(folder);
        if (bytes == null) {
            bytes = reader.open(folder, Constants.OBJ_TREE).getBytes();
            trees.put(folder, bytes);
        }
        var wanted = name.getBytes(UTF_8);
        var tree = new CanonicalTreeParser();
        for (tree.reset(bytes); !tree.eof(); tree.next()) {
            int length = tree.getEntryPathLength();
            if (Arrays.equals(tree.getEntryPathBuffer(), 0, length, wanted, 0, wanted.length)) {
                return Optional.of(tree);
            }
        }
        return Optional.empty();
    }
}
