package io.tiphys.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// A bare repository that follows a host's `main`: the floor of reading Git.
final class BareMirror implements AutoCloseable {

    static final String MAIN = "refs/heads/main";

    private static final RefSpec FETCH = new RefSpec("+" + MAIN + ":" + MAIN);

    private final URIish address;
    private final FileRepository repository;

    /// @param directory where it is made, with what `main` is now
    BareMirror(Path directory, String address) throws IOException {
        try {
            this.address = new URIish(address);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("A host has no address", impossible);
        }
        repository =
                (FileRepository)
                        new FileRepositoryBuilder().setGitDir(directory.toFile()).setBare().build();
        repository.create(true);
        fetch();
    }

    FileRepository repository() {
        return repository;
    }

    /// Brings what is new.
    ///
    /// @return the CPU milliseconds that it took this thread, which does all of it
    double fetch() throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        try (var transport = Transport.open(repository, address)) {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.fetch(NullProgressMonitor.INSTANCE, List.of(FETCH));
        }
        return (threads.getCurrentThreadCpuTime() - before) / 1e6;
    }

    @Override
    public void close() {
        repository.close();
    }
}
