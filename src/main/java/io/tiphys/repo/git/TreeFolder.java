package io.tiphys.repo.git;

import io.tiphys.repo.Digest;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.git.Submodules.Crossing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// A folder read from Git's objects, without a checkout. A walk is given a reader, as one that is
/// given the repository looks at Git's configuration files first, at the cost of many small reads.
///
/// @param checkout the commit that has it
/// @param path from the root; empty is the root
record TreeFolder(Checkout checkout, String path, ObjectId tree) implements Folder {

    /// No manifest is larger; what is, is not read into memory.
    private static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    /// A few small trees can name each other more often than there is memory.
    private static final int MAX_ENTRIES = 500_000;

    /// Equal ids are equal folders, wherever they are.
    private static final Trees TREES = new Trees();

    /// What a walk comes by: a file, or else the place of a submodule.
    private record Found(String path, Optional<Entry> file) {}

    @Override
    public String treeId() {
        return tree.name() + checkout.variant();
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        var entries = new ArrayList<Entry>();
        for (var found : read(repository -> found(repository, recurse))) {
            found.file().ifPresent(entries::add);
            if (found.file().isEmpty() && recurse) {
                for (var entry : submodule(found.path())) {
                    entries.add(entry.at(found.path() + "/" + entry.path()));
                }
                limit(entries);
            }
        }
        return entries;
    }

    private List<Found> found(Repository repository, boolean recurse) throws IOException {
        try (var reader = repository.newObjectReader();
                var walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            walk.setRecursive(recurse);
            var all = new ArrayList<Found>();
            while (walk.next()) {
                var mode = walk.getFileMode(0);
                var path = walk.getPathString();
                var entry = entry(reader, path, mode, walk.getObjectId(0));
                if (entry != null || mode.equals(FileMode.GITLINK)) {
                    all.add(new Found(path, Optional.ofNullable(entry)));
                    limit(all);
                }
            }
            return all;
        }
    }

    private void limit(List<?> files) {
        if (files.size() > MAX_ENTRIES) {
            throw new ManifestFailure(
                    "The folder '%s' of %s has more than %,d files"
                            .formatted(path, checkout.mirror().shown(), MAX_ENTRIES));
        }
    }

    private List<Entry> submodule(String within) {
        return checkout.submodules()
                .flatMap(it -> it.at(below(within)))
                .map(it -> it.entries(true))
                .orElse(List.of());
    }

    @Override
    public byte[] read(Entry entry) {
        var crossing = crossing(entry.path());
        if (crossing.isPresent()) {
            var other = crossing.get();
            return other.folder().read(entry.at(other.rest()));
        }
        if (entry.size() > MAX_FILE_BYTES) {
            throw new ManifestFailure(entry.path() + " is larger than 10 MB");
        }
        if (Digest.isOne(entry.objectId())) {
            return readLarge(entry);
        }
        var id = ObjectId.fromString(entry.objectId());
        return read(repository -> repository.open(id, Constants.OBJ_BLOB).getBytes(MAX_FILE_BYTES));
    }

    @Override
    public void copy(Entry entry, OutputStream to) throws IOException {
        var crossing = crossing(entry.path());
        if (crossing.isPresent()) {
            var other = crossing.get();
            other.folder().copy(entry.at(other.rest()), to);
        } else if (Digest.isOne(entry.objectId())) {
            copyLarge(entry, to);
        } else {
            var id = ObjectId.fromString(entry.objectId());
            read(
                    repository -> {
                        repository.open(id, Constants.OBJ_BLOB).copyTo(to);
                        return entry;
                    });
        }
    }

    private byte[] readLarge(Entry entry) {
        var content = new ByteArrayOutputStream();
        try {
            copyLarge(entry, content);
        } catch (IOException broken) {
            throw new UncheckedIOException("A large file cannot be read", broken);
        }
        return content.toByteArray();
    }

    /// What the file is that the repository only points to.
    private void copyLarge(Entry entry, OutputStream to) throws IOException {
        var file = new LargeFile(entry.objectId(), entry.size());
        try {
            Files.copy(checkout.mirror().largeFile(file), to);
        } catch (ManifestFailure missing) {
            var failure =
                    new ManifestFailure(
                            "The large file %s (Git LFS): %s"
                                    .formatted(below(entry.path()), missing.getMessage()),
                            missing.passing());
            failure.initCause(missing);
            throw failure;
        } catch (NoSuchFileException tidied) {
            throw new ManifestFailure("A large file was deleted while it was read", true);
        }
    }

    @Override
    public Optional<Folder> folder(String path) {
        if (path.isEmpty()) {
            return Optional.of(this);
        }
        int slash = path.indexOf('/');
        if (slash >= 0) {
            return folder(path.substring(0, slash))
                    .flatMap(it -> it.folder(path.substring(slash + 1)));
        }
        var child = read(repository -> child(repository, path));
        return child.isPresent() && child.get().mode().equals(FileMode.GITLINK)
                ? checkout.submodules().flatMap(it -> it.at(below(path)))
                : child.filter(it -> it.mode().equals(FileMode.TREE))
                        .<Folder>map(it -> new TreeFolder(checkout, below(path), it.id()));
    }

    /// @param name of what is in the folder itself
    private Optional<Trees.Child> child(Repository repository, String name) throws IOException {
        try (var reader = repository.newObjectReader()) {
            return TREES.find(reader, tree, path, name);
        }
    }

    @Override
    public Optional<Entry> file(String path) {
        int slash = path.lastIndexOf('/');
        if (slash >= 0) {
            return folder(path.substring(0, slash))
                    .flatMap(it -> it.file(path.substring(slash + 1)))
                    .map(it -> it.at(path));
        }
        return path.isEmpty() ? Optional.empty() : read(repository -> file(repository, path));
    }

    private Optional<Entry> file(Repository repository, String name) throws IOException {
        try (var reader = repository.newObjectReader()) {
            var found = TREES.find(reader, tree, path, name);
            return found.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(
                            entry(reader, name, found.get().mode(), found.get().id()));
        }
    }

    @Override
    public List<Version> versions(String path, int most) {
        return history(path, most).stream()
                .map(it -> new Version(id(it.content()), it.by().name(), it.by().author()))
                .toList();
    }

    /// It names the same as the id of an entry and takes no look at the file.
    private String id(FileHistory.Content content) {
        return isFile(content.mode()) ? content.name() + checkout.variant() : "";
    }

    @Override
    public Optional<Entry> file(String path, Version version) {
        return history(path, MOST_VERSIONS).stream()
                .filter(it -> it.by().name().equals(version.commit()))
                .findFirst()
                .map(FileHistory.Version::content)
                .flatMap(
                        it ->
                                read(
                                        repository -> {
                                            try (var reader = repository.newObjectReader()) {
                                                return Optional.ofNullable(
                                                        entry(reader, path, it.mode(), it.id()));
                                            }
                                        }));
    }

    private List<FileHistory.Version> history(String path, int most) {
        var tip = ObjectId.fromString(checkout.commit());
        var held = checkout.mirror().held();
        long fetches = held.remote().fetches();
        return read(repository -> held.history().of(repository, fetches, tip, below(path), most));
    }

    /// Where a file is that a listing gave, if it is in a submodule.
    private Optional<Crossing> crossing(String within) {
        return checkout.submodules().flatMap(it -> it.crossing(below(within)));
    }

    private String below(String within) {
        return path.isEmpty() ? within : path + "/" + within;
    }

    private <T> T read(GitMirror.Reading<T> reading) {
        return checkout.mirror().read(checkout.commit(), reading);
    }

    private @Nullable Entry entry(ObjectReader reader, String path, FileMode mode, ObjectId id)
            throws IOException {
        if (!isFile(mode)) {
            return null;
        }
        boolean link = mode.equals(FileMode.SYMLINK);
        boolean executable = mode.equals(FileMode.EXECUTABLE_FILE);
        // Of a blob, as such, JGit looks first whether there are new packs, with all of the old.
        long size = reader.getObjectSize(id, ObjectReader.OBJ_ANY);
        if (checkout.largeFiles() && !link && LargeFile.mayBePointedTo(size)) {
            var content = reader.open(id, Constants.OBJ_BLOB).getBytes();
            var large = LargeFile.pointedTo(content);
            if (large.isPresent()) {
                return new Entry(path, large.get().digest(), large.get().size(), false, executable);
            }
        }
        return new Entry(path, id.name(), size, link, executable);
    }

    /// Whether it is the mode of a file, or of a link.
    private static boolean isFile(FileMode mode) {
        return mode.equals(FileMode.REGULAR_FILE)
                || mode.equals(FileMode.EXECUTABLE_FILE)
                || mode.equals(FileMode.SYMLINK);
    }
}
