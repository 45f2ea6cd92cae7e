package io.tiphys.repo.render;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jboss.logging.Logger;

/// The files of one source and a home for the tools that read them, until it is closed.
public final class WorkingFolder implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(WorkingFolder.class);

    private final Path path;
    private final Path files;
    private final Path home;

    WorkingFolder(Path path) throws IOException {
        this.path = path;
        files = Files.createDirectory(path.resolve("files"));
        home = Files.createDirectory(path.resolve("home"));
        Files.createDirectory(home.resolve("tmp"));
    }

    /// Holds the folders of files and home, and nothing else.
    Path path() {
        return path;
    }

    /// Where the source's files are.
    public Path files() {
        return files;
    }

    /// The home of tools, beside the files: for their caches and for credentials.
    public Path home() {
        return home;
    }

    /// A folder of the files.
    ///
    /// @param within its path in the folder of the files; empty for that itself
    /// @throws ManifestFailure if there is none, or if it leads outside
    Path directory(String within) {
        try {
            var directory = files.resolve(within).toRealPath();
            if (directory.startsWith(files) && Files.isDirectory(directory)) {
                return directory;
            }
        } catch (IOException | InvalidPathException missing) {
            // As good as one that leads outside.
        }
        throw new ManifestFailure("The path '" + within + "' is no folder of the source");
    }

    @Override
    public void close() {
        delete(path);
    }

    /// Removes a folder with all that is in it; links are not followed.
    static void delete(Path path) {
        try {
            deleteAll(path);
        } catch (IOException stuck) {
            LOG.warnf(stuck, "A working folder stays until the next start: %s", path);
        }
    }

    private static void deleteAll(Path path) throws IOException {
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
            // A tool may have made it unreadable.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            try (var entries = Files.newDirectoryStream(path)) {
                for (var entry : entries) {
                    deleteAll(entry);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
