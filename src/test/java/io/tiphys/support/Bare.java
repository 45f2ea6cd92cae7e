package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor.DeletePath;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/// A bare repository whose branch `main` a test writes as it likes, with other repositories in it.
public final class Bare implements AutoCloseable {

    private static final String MAIN = "refs/heads/main";
    private static final PersonIdent SOMEBODY = new PersonIdent("Ada", "ada@example.com");

    private final Repository repository;
    private final Map<String, Consumer<DirCacheEntry>> edits = new HashMap<>();
    private final StringBuilder modules = new StringBuilder();

    private Bare(Repository repository) {
        this.repository = repository;
    }

    /// One that is not there yet.
    public static Bare create(Path directory) {
        try {
            var repository =
                    new RepositoryBuilder().setGitDir(directory.toFile()).setBare().build();
            repository.create(true);
            repository.updateRef(Constants.HEAD).link(MAIN);
            return new Bare(repository);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Bare with(String path, String content) {
        return with(path, content.getBytes(UTF_8));
    }

    /// Writes a file with the next commit.
    public Bare with(String path, byte[] content) {
        var blob = insert(content);
        return with(path, FileMode.REGULAR_FILE, blob);
    }

    public Bare withLink(String path, String target) {
        return with(path, FileMode.SYMLINK, insert(target.getBytes(UTF_8)));
    }

    /// Puts another repository's commit there, without saying whose it is.
    public Bare withGitlink(String path, String commit) {
        return with(path, FileMode.GITLINK, ObjectId.fromString(commit));
    }

    /// The same, and adds its address to `.gitmodules`.
    public Bare withSubmodule(String path, String url, String commit) {
        modules.append("[submodule \"%1$s\"]\n\tpath = %1$s\n\turl = %2$s\n".formatted(path, url));
        return with(Constants.DOT_GIT_MODULES, modules.toString()).withGitlink(path, commit);
    }

    private Bare with(String path, FileMode mode, ObjectId id) {
        edits.put(
                path,
                entry -> {
                    entry.setFileMode(mode);
                    entry.setObjectId(id);
                });
        return this;
    }

    /// @return the id of the commit, at which `main` is from now on
    public String commit() {
        try (var inserter = repository.newObjectInserter();
                var reader = repository.newObjectReader();
                var walk = new RevWalk(reader)) {
            var before = repository.resolve(MAIN);
            var index =
                    before == null
                            ? DirCache.newInCore()
                            : DirCache.read(reader, walk.parseCommit(before).getTree());
            var editor = index.editor();
            edits.forEach(
                    (path, edit) -> {
                        editor.add(new DeletePath(path));
                        editor.add(
                                new PathEdit(path) {
                                    @Override
                                    public void apply(DirCacheEntry entry) {
                                        edit.accept(entry);
                                    }
                                });
                    });
            editor.finish();
            edits.clear();
            return commit(inserter, before, index.writeTree(inserter));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A commit of a few trees in which one file is two to the power of so many times.
    public String commitDoubled(int times) {
        var tree = new TreeFormatter();
        tree.append("file", FileMode.REGULAR_FILE, insert(new byte[] {'x'}));
        try (var inserter = repository.newObjectInserter()) {
            for (int i = 0; i < times; i++) {
                var below = inserter.insert(tree);
                tree = new TreeFormatter();
                tree.append("a", FileMode.TREE, below);
                tree.append("b", FileMode.TREE, below);
            }
            return commit(inserter, null, inserter.insert(tree));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String commit(ObjectInserter inserter, @Nullable ObjectId before, ObjectId tree)
            throws IOException {
        var commit = new CommitBuilder();
        commit.setTreeId(tree);
        if (before != null) {
            commit.setParentId(before);
        }
        commit.setAuthor(SOMEBODY);
        commit.setCommitter(SOMEBODY);
        commit.setMessage("A change");
        var id = inserter.insert(commit);
        inserter.flush();
        var main = repository.updateRef(MAIN);
        main.setNewObjectId(id);
        main.forceUpdate();
        return id.name();
    }

    private ObjectId insert(byte[] content) {
        try (var inserter = repository.newObjectInserter()) {
            var id = inserter.insert(Constants.OBJ_BLOB, content);
            inserter.flush();
            return id;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
