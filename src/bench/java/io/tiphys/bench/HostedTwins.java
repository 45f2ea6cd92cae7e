package io.tiphys.bench;

import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

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

    /// The service's.
    Repository repository() {
        return first;
    }

    /// The commit at which the service's branch stands.
    String tip() throws IOException {
        return monorepo.tip();
    }

    void tidy() throws IOException {
        tidy(first);
        tidy(twin);
    }

    /// Makes one pack of what a repository holds.
    static void tidy(Repository repository) throws IOException {
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
