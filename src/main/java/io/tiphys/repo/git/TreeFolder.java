package io.tiphys.repo.git;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// A folder read from Git's objects, without a checkout. A walk is given a reader, as one that is
/// given the repository looks at Git's configuration files first, at the cost of many small reads.
///
/// @param commit that has it
record TreeFolder(GitMirror mirror, String commit, ObjectId tree) implements Folder {

    /// No manifest is larger; what is, is not read into memory.
    private static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    @Override
    public String treeId() {
        return tree.name();
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return mirror.read(commit, repository -> entries(repository, recurse));
    }

    private List<Entry> entries(Repository repository, boolean recurse) throws IOException {
        try (var reader = repository.newObjectReader();
                var walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            walk.setRecursive(recurse);
            var entries = new ArrayList<Entry>();
            while (walk.next()) {
                var entry = entry(walk);
                if (entry != null) {
                    entries.add(entry);
                }
            }
            return entries;
        }
    }

    @Override
    public byte[] read(Entry entry) {
        if (entry.size() > MAX_FILE_BYTES) {
            throw new ManifestFailure(entry.path() + " is larger than 10 MB");
        }
        var id = ObjectId.fromString(entry.objectId());
        return mirror.read(
                commit,
                repository -> repository.open(id, Constants.OBJ_BLOB).getBytes(MAX_FILE_BYTES));
    }

    @Override
    public void copy(Entry entry, OutputStream to) {
        var id = ObjectId.fromString(entry.objectId());
        mirror.read(
                commit,
                repository -> {
                    repository.open(id, Constants.OBJ_BLOB).copyTo(to);
                    return entry;
                });
    }

    @Override
    public Optional<Folder> folder(String path) {
        if (path.isEmpty()) {
            return Optional.of(this);
        }
        return mirror.read(commit, repository -> folder(repository, path));
    }

    private Optional<Folder> folder(Repository repository, String path) throws IOException {
        try (var reader = repository.newObjectReader();
                var found = TreeWalk.forPath(reader, path, tree)) {
            return found == null || !found.isSubtree()
                    ? Optional.empty()
                    : Optional.of(new TreeFolder(mirror, commit, found.getObjectId(0)));
        }
    }

    @Override
    public Optional<Entry> file(String path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        return mirror.read(commit, repository -> file(repository, path));
    }

    private Optional<Entry> file(Repository repository, String path) throws IOException {
        try (var reader = repository.newObjectReader();
                var found = TreeWalk.forPath(reader, path, tree)) {
            return found == null ? Optional.empty() : Optional.ofNullable(entry(found));
        }
    }

    private static @Nullable Entry entry(TreeWalk walk) throws IOException {
        var mode = walk.getFileMode(0);
        boolean link = mode.equals(FileMode.SYMLINK);
        boolean executable = mode.equals(FileMode.EXECUTABLE_FILE);
        if (!link && !mode.equals(FileMode.REGULAR_FILE) && !executable) {
            return null;
        }
        var id = walk.getObjectId(0);
        long size = walk.getObjectReader().getObjectSize(id, Constants.OBJ_BLOB);
        return new Entry(walk.getPathString(), id.name(), size, link, executable);
    }
}
