package io.tiphys.repo.render;

import io.quarkus.runtime.Startup;
import io.tiphys.repo.RepoConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Private folders for tools that need files. What a process that was killed has left is removed
/// when the next one starts.
@Startup
@Singleton
public class WorkingFolders {

    private final Path parent;
    private final RepoConfig.Jail limits;

    WorkingFolders(RepoConfig config) {
        limits = config.jail();
        parent = limits.directory().orElse(config.directory()).resolve("work");
        WorkingFolder.delete(parent);
    }

    /// A new folder, for nobody else.
    public WorkingFolder open() {
        try {
            Files.createDirectories(parent);
            var path = Files.createTempDirectory(parent, "").toRealPath();
            return new WorkingFolder(path, limits.inputFiles(), limits.input().asLongValue());
        } catch (IOException full) {
            throw new UncheckedIOException("No working folder can be made", full);
        }
    }
}
