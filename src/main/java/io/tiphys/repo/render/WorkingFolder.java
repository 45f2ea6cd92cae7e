package io.tiphys.repo.render;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The files of one source and a home for the tools that read them, until it is closed. Names come
/// from strangers: nothing is ever written, and nothing found, outside. For one thread at a time,
/// and not while a tool runs in it.
public final class WorkingFolder implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(WorkingFolder.class);

    private final Path path;
    private final Path files;
    private final Path home;
    private final int maxEntries;
    private final long maxBytes;
    private int entries;
    private long bytes;

    /// @param maxEntries files, folders and links that may be put in
    WorkingFolder(Path path, int maxEntries, long maxBytes) throws IOException {
        this.path = path;
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        files = Files.createDirectory(path.resolve("files"));
        home = Files.createDirectory(path.resolve("home"));
        Files.createDirectory(home.resolve("tmp"));
    }

    /// Puts in a file that is not yet there, and the folders that lead to it.
    ///
    /// @param path as Git has it: relative, with slashes
    /// @throws ManifestFailure if the path is no such one, or leads through a link; if there is
    ///     something already; if it is one file or byte too many
    public void write(String path, byte[] content) {
        bytes += content.length;
        if (bytes > maxBytes) {
            throw new ManifestFailure(
                    "The files of the source are larger than %d bytes together".formatted(maxBytes)
                            + " (tiphys.repo.jail.input)");
        }
        put(path, file -> Files.write(file, content, CREATE_NEW, WRITE, NOFOLLOW_LINKS));
    }

    /// Puts in a symbolic link that cannot lead outside, whatever else is put in before or after:
    /// it goes up first, at most to the folder of the files, and only down from there. Every link
    /// on its way does the same.
    ///
    /// @param path as of a file
    /// @param target relative to the link's own folder
    /// @throws ManifestFailure as for a file; if the target is absolute, leads outside or goes up
    ///     after it went down
    public void link(String path, String target) {
        int depth = parts(path).size() - 1;
        boolean down = false;
        boolean outside = false;
        for (var part : target.split("/", -1)) {
            if (part.equals("..")) {
                outside |= down || depth == 0;
                depth--;
            } else {
                outside |= part.isEmpty();
                down |= !part.equals(".");
            }
        }
        if (outside) {
            throw new ManifestFailure(
                    "The symbolic link '%s' leads outside of the source, or may: '%s'"
                            .formatted(shown(path), shown(target)));
        }
        put(path, link -> Files.createSymbolicLink(link, Path.of(target)));
    }

    private interface Putting {
        void at(Path place) throws IOException;
    }

    private void put(String path, Putting putting) {
        var parts = parts(path);
        var place = files;
        try {
            for (var folder : parts.subList(0, parts.size() - 1)) {
                place = place.resolve(folder);
                if (Files.notExists(place, NOFOLLOW_LINKS)) {
                    count();
                    Files.createDirectory(place);
                } else if (!Files.isDirectory(place, NOFOLLOW_LINKS)) {
                    throw new ManifestFailure(
                            "The path '%s' leads through something that is no folder"
                                    .formatted(shown(path)));
                }
            }
            count();
            putting.at(place.resolve(parts.getLast()));
        } catch (FileAlreadyExistsException twice) {
            throw new ManifestFailure("The path '%s' is there already".formatted(shown(path)));
        } catch (InvalidPathException unnameable) {
            throw new ManifestFailure(
                    "The path '%s' cannot be written: ".formatted(shown(path))
                            + "its characters are not those of the locale that Tiphys runs in");
        } catch (FileSystemException refused) {
            throw new ManifestFailure(
                    "The path '%s' cannot be written: %s"
                            .formatted(
                                    shown(path),
                                    Objects.requireNonNullElse(refused.getReason(), "no access")),
                    true);
        } catch (IOException broken) {
            throw new UncheckedIOException("A working folder cannot be written", broken);
        }
    }

    private void count() {
        if (++entries > maxEntries) {
            throw new ManifestFailure(
                    "The source has more than %d files (tiphys.repo.jail.input-files)"
                            .formatted(maxEntries));
        }
    }

    /// What Git itself keeps in `.git` could start programs.
    static List<String> parts(String path) {
        var parts = List.of(path.split("/", -1));
        for (var part : parts) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.indexOf('\0') >= 0
                    || part.equalsIgnoreCase(".git")) {
                throw new ManifestFailure(
                        "The path '%s' is none that a source may have".formatted(shown(path)));
            }
        }
        return parts;
    }

    /// A name, in a message: it may hold anything, and as much of it.
    private static String shown(String name) {
        return Said.shortened(name);
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

    /// A file of the source, links followed, for a tool that wants its path.
    ///
    /// @param within its path in the folder of the files
    /// @throws ManifestFailure if there is none, or if it leads outside
    public Path file(String within) {
        return found(within)
                .filter(Files::isRegularFile)
                .orElseThrow(() -> missing(within, "file"));
    }

    /// A folder of the source, links followed.
    ///
    /// @param within its path in the folder of the files; empty for that itself
    /// @throws ManifestFailure if there is none, or if it leads outside
    public Path directory(String within) {
        return found(within)
                .filter(Files::isDirectory)
                .orElseThrow(() -> missing(within, "folder"));
    }

    private Optional<Path> found(String within) {
        try {
            return Optional.of(files.resolve(within).toRealPath())
                    .filter(it -> it.startsWith(files));
        } catch (IOException | InvalidPathException missing) {
            return Optional.empty();
        }
    }

    private static ManifestFailure missing(String within, String what) {
        return new ManifestFailure(
                "The path '%s' is no %s of the source".formatted(shown(within), what));
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
            try {
                deleteIn(path);
            } catch (AccessDeniedException closed) {
                // A tool may have made it unreadable.
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
                deleteIn(path);
            }
        }
        Files.deleteIfExists(path);
    }

    private static void deleteIn(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                deleteAll(entry);
            }
        }
    }
}
