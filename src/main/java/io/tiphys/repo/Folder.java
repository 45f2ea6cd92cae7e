package io.tiphys.repo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The files of a source at one commit.
public interface Folder {

    /// Of a file that are looked at.
    int MOST_VERSIONS = 30;

    /// Names the content: equal ids, equal files.
    String treeId();

    /// Names of all entries below the folder, relative to it.
    ///
    /// @param recurse whether entries of sub-folders count
    List<Entry> entries(boolean recurse);

    byte[] read(Entry entry);

    /// Writes a file's content. A folder that can do so without holding it in memory takes files of
    /// any size.
    default void copy(Entry entry, OutputStream to) throws IOException {
        to.write(read(entry));
    }

    /// A folder below this one.
    ///
    /// @param path relative to this one; empty is this one
    Optional<Folder> folder(String path);

    /// A file below this folder.
    ///
    /// @param path relative to this one; empty is the folder, and no file
    Optional<Entry> file(String path);

    /// What a file was along the history that led to this commit, newest first, beginning with what
    /// it is now: one for each commit that changed it, as far as they are known without asking
    /// anybody. Of merged branches the merge counts, and not what came to pass on them.
    ///
    /// @param path relative to this folder
    default List<Version> versions(String path) {
        return versions(path, MOST_VERSIONS);
    }

    /// The newest of these alone. Of the last one, a commit is told that had it so, which others
    /// may have made.
    ///
    /// @param most at least 2
    default List<Version> versions(String path, int most) {
        return List.of();
    }

    /// What a file was then.
    ///
    /// @param version one of [#versions] for the same path
    /// @return as [#read] takes it; empty if there was none
    default Optional<Entry> file(String path, Version version) {
        return Optional.empty();
    }

    /// A path as its author wrote it, without parts that mean nothing.
    ///
    /// @throws ManifestFailure if it leads out of where it starts
    static String cleanPath(String path) {
        var parts =
                Arrays.stream(path.split("/"))
                        .filter(part -> !part.isEmpty() && !part.equals("."))
                        .toList();
        if (parts.contains("..")) {
            throw new ManifestFailure("The path '" + path + "' leads out of the repository");
        }
        return String.join("/", parts);
    }

    /// @param path relative to the folder
    /// @param link whether it is a symbolic link
    record Entry(String path, String objectId, long size, boolean link, boolean executable) {

        /// The same, named from another folder.
        public Entry at(String path) {
            return new Entry(path, objectId, size, link, executable);
        }
    }

    /// @param id equal ids are equal files; empty if there was none
    /// @param commit that made it so. Of the last one, a commit that had it so
    /// @param author of that, as `name <address>`
    record Version(String id, String commit, String author) {

        /// Whether there was a file.
        public boolean isFile() {
            return !id.isEmpty();
        }
    }
}
