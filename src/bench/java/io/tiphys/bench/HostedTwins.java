package io.tiphys.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/// A Git host in this process with two repositories that begin alike: the service's, and the
/// floor's. They collect garbage when they are told to: after pushes, as hosts do, it would go on
/// behind what is measured, and behind its end.
final class HostedTwins implements AutoCloseable {

    private static final String FIRST = "images.git";
    private static final String TWIN = "twin.git";

    private final Monorepo monorepo;
    private final Repository first;
    private final Repository twin;
    private final GitHost host;

    HostedTwins(Path folder, Map<String, String> files) throws IOException {
        monorepo = Monorepo.create(folder.resolve(FIRST), 0);
        monorepo.commit(files);
        first = open(folder.resolve(FIRST));
        first.getConfig().setBoolean("receive", null, "autogc", false);
        first.getConfig().save();
        Samples.copy(folder.resolve(FIRST), folder.resolve(TWIN));
        twin = open(folder.resolve(TWIN));
        host = GitHost.start(folder);
    }

    private static Repository open(Path directory) throws IOException {
        return new FileRepositoryBuilder().setGitDir(directory.toFile()).setBare().build();
    }

    GitHost host() {
        return host;
    }

    String address() {
        return host.address(FIRST);
    }

    String twinAddress() {
        return host.address(TWIN);
    }

    /// The commit at which the service's branch stands.
    String tip() throws IOException {
        return monorepo.tip();
    }

    /// What the service committed since its branch stood at a commit.
    List<String> commits(String before) throws IOException {
        try (var walk = new RevWalk(first)) {
            walk.markStart(walk.parseCommit(first.resolve(Monorepo.MAIN)));
            walk.markUninteresting(walk.parseCommit(ObjectId.fromString(before)));
            var commits = new ArrayList<String>();
            walk.forEach(it -> commits.add(it.name()));
            return commits;
        }
    }

    /// Of a file of the service's branch.
    String content(String file) throws IOException {
        try (var commits = new RevWalk(first);
                var found = TreeWalk.forPath(first, file, tree(commits))) {
            return text(found.getObjectId(0));
        }
    }

    /// Of all files of the service's branch that are below a folder.
    Map<String, String> contents(String folder) throws IOException {
        var contents = new TreeMap<String, String>();
        try (var commits = new RevWalk(first);
                var walk = new TreeWalk(first)) {
            walk.addTree(tree(commits));
            walk.setRecursive(true);
            while (walk.next()) {
                if (walk.getPathString().startsWith(folder)) {
                    contents.put(walk.getPathString(), text(walk.getObjectId(0)));
                }
            }
        }
        return contents;
    }

    private RevTree tree(RevWalk commits) throws IOException {
        return commits.parseCommit(first.resolve(Monorepo.MAIN)).getTree();
    }

    private String text(ObjectId blob) throws IOException {
        return new String(first.open(blob).getBytes(), UTF_8);
    }

    void tidy() throws IOException {
        tidy(first);
        tidy(twin);
    }

    /// Makes one pack of what a repository holds. By itself, JGit would keep each of the old packs
    /// beside it for an hour.
    static void tidy(Repository repository) throws IOException {
        repository.getConfig().setString("gc", null, "prunepackexpire", "now");
        try {
            new Git(repository).gc().call();
        } catch (GitAPIException failed) {
            throw new IOException(failed);
        }
    }

    @Override
    public void close() {
        host.close();
        first.close();
        twin.close();
    }
}
