package io.tiphys.repo.git;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/// Makes a commit from changed files, without a working tree: all of it in one pack, which costs
/// less than a file for each object, and is folded and pruned as what was fetched is.
record TreeEdit(FileRepository repository) {

    /// Hosts take no larger requests.
    private static final long MAX_TOLD_BYTES = 25L * 1024 * 1024;

    ObjectId commit(ObjectId parent, String folder, Change change) throws IOException {
        try (var inserter = inserter();
                var reader = repository.newObjectReader();
                var walk = new RevWalk(reader)) {
            var files = new HashMap<String, ObjectId>();
            for (var file : change.files().entrySet()) {
                var path = folder.isEmpty() ? file.getKey() : folder + "/" + file.getKey();
                // Says so if it is none.
                var _ = new DirCacheEntry(path);
                files.put(path, inserter.insert(Constants.OBJ_BLOB, file.getValue()));
            }
            var before = walk.parseCommit(parent).getTree();
            var tree = new TreeChange(reader, inserter).in(before, files);
            return commit(inserter, tree, parent, change.author(), change.message());
        }
    }

    /// What is there already is written once more: to look for it costs more, for each object.
    private PackInserter inserter() {
        var inserter = repository.getObjectDatabase().newPackInserter();
        inserter.checkExisting(false);
        return inserter;
    }

    /// Folders as they were at commits, all else as it is.
    ///
    /// @param folders by their clean paths
    /// @return empty if that is what the parent holds
    /// @throws ManifestFailure if a file stands where one of them was, or it cannot be signed
    Optional<ObjectId> restore(
            ObjectId parent, Map<String, ObjectId> folders, Author author, String message)
            throws IOException {
        try (var inserter = inserter();
                var reader = repository.newObjectReader();
                var walk = new RevWalk(reader)) {
            var index = DirCache.read(reader, walk.parseCommit(parent).getTree());
            var builder = index.builder();
            for (int i = 0; i < index.getEntryCount(); i++) {
                var entry = index.getEntry(i);
                var path = entry.getPathString();
                if (folders.keySet().stream().noneMatch(it -> isBelow(path, it))) {
                    requireNoFolder(path, folders.keySet());
                    builder.add(entry);
                }
            }
            for (var folder : folders.entrySet()) {
                var tree = walk.parseCommit(folder.getValue()).getTree();
                addBelow(folder.getKey(), tree, reader, builder);
            }
            builder.finish();
            var restored = index.writeTree(inserter);
            return restored.equals(walk.parseCommit(parent).getTree())
                    ? Optional.empty()
                    : Optional.of(commit(inserter, restored, parent, author, message));
        }
    }

    /// What a commit changes, for hosts that are told of it file by file.
    ///
    /// @return content by path from the root; empty for files that are deleted
    /// @throws ManifestFailure if there is more in it than contents of plain files, or too much
    Map<String, Optional<byte[]>> difference(ObjectId parent, ObjectId commit) throws IOException {
        try (var reader = repository.newObjectReader();
                var walk = new RevWalk(reader);
                var files = new TreeWalk(reader)) {
            files.setRecursive(true);
            files.setFilter(TreeFilter.ANY_DIFF);
            files.addTree(walk.parseCommit(parent).getTree());
            files.addTree(walk.parseCommit(commit).getTree());
            var changed = new TreeMap<String, Optional<byte[]>>();
            long bytes = 0;
            while (files.next()) {
                var path = files.getPathString();
                var mode = files.getFileMode(1);
                if (mode.equals(FileMode.MISSING)) {
                    changed.put(path, Optional.empty());
                    continue;
                }
                if (!mode.equals(FileMode.REGULAR_FILE)) {
                    throw new ManifestFailure(
                            "%s is a link or may be run, which only a push can write"
                                    .formatted(path));
                }
                var content = reader.open(files.getObjectId(1));
                bytes += content.getSize();
                if (bytes > MAX_TOLD_BYTES) {
                    throw new ManifestFailure("It changes so much that only a push can write it");
                }
                changed.put(path, Optional.of(content.getBytes()));
            }
            return changed;
        }
    }

    private static void addBelow(
            String folder, RevTree tree, ObjectReader reader, DirCacheBuilder builder)
            throws IOException {
        try (var files = new TreeWalk(reader)) {
            files.addTree(tree);
            files.setRecursive(true);
            if (!folder.isEmpty()) {
                files.setFilter(PathFilter.create(folder));
            }
            while (files.next()) {
                var entry = new DirCacheEntry(files.getRawPath());
                entry.setFileMode(files.getFileMode());
                entry.setObjectId(files.getObjectId(0));
                builder.add(entry);
            }
        }
    }

    private static boolean isBelow(String path, String folder) {
        return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
    }

    private static void requireNoFolder(String file, Set<String> folders) {
        for (var folder : folders) {
            if (folder.startsWith(file + "/")) {
                throw new ManifestFailure(
                        "%s cannot be restored: %s is a file now".formatted(folder, file));
            }
        }
    }

    private static ObjectId commit(
            ObjectInserter inserter, ObjectId tree, ObjectId parent, Author by, String message)
            throws IOException {
        var commit = new CommitBuilder();
        var author = new PersonIdent(by.name(), by.mail());
        commit.setTreeId(tree);
        commit.setParentId(parent);
        commit.setAuthor(author);
        commit.setCommitter(author);
        commit.setEncoding(StandardCharsets.UTF_8);
        commit.setMessage(message);
        CommitSigner.sign(commit, by.signing());
        var id = inserter.insert(commit);
        inserter.flush();
        return id;
    }
}
