package io.tiphys.repo.git;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/// Folders as Git has them, by the names in them. A folder of a monorepo may name thousands, and
/// each of their Applications looks for one of them in it.
final class Trees {

    private static final long MAX_BYTES = 32L << 20;

    /// In one folder: of one that somebody means harm with, names must not fill the memory.
    private static final int MOST_ENTRIES = 200_000;

    /// Of a folder, and of an entry, beside the letters of its name.
    private static final int OVERHEAD = 192;

    private final Cache<ObjectId, Folder> folders =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((ObjectId _, Folder folder) -> folder.weight())
                    // There is little to tidy: to wake another thread for it would cost more.
                    .executor(Runnable::run)
                    .build();

    private final int mostEntries;

    Trees() {
        this(MOST_ENTRIES);
    }

    Trees(int mostEntries) {
        this.mostEntries = mostEntries;
    }

    /// What a name stands for.
    record Child(ObjectId id, FileMode mode) {}

    private record Folder(Map<String, Child> children, int weight) {}

    /// Looks for a name in a folder.
    ///
    /// @param path of the folder, for whoever has to mend it
    /// @return empty if nothing is called so
    /// @throws ManifestFailure if it holds more than is looked through
    /// @throws IOException if the folder cannot be read
    Optional<Child> find(ObjectReader reader, ObjectId folder, String path, String name)
            throws IOException {
        var known = folders.getIfPresent(folder);
        if (known == null) {
            known = read(reader, folder, path);
            folders.put(folder, known);
        }
        return Optional.ofNullable(known.children.get(name));
    }

    private Folder read(ObjectReader reader, ObjectId folder, String path) throws IOException {
        var bytes = reader.open(folder, Constants.OBJ_TREE).getBytes();
        var children = new HashMap<String, Child>();
        int weight = OVERHEAD;
        var tree = new CanonicalTreeParser();
        for (tree.reset(bytes); !tree.eof(); tree.next()) {
            if (children.size() == mostEntries) {
                throw new ManifestFailure(
                        "The folder /%s of the repository holds more than %,d files and folders"
                                .formatted(path, mostEntries));
            }
            var child = new Child(tree.getEntryObjectId(), tree.getEntryFileMode());
            children.putIfAbsent(tree.getEntryPathString(), child);
            weight += OVERHEAD + tree.getEntryPathLength();
        }
        return new Folder(children, weight);
    }
}
