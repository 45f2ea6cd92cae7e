package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.repo.Folder;
import io.tiphys.repo.Folder.Entry;
import io.tiphys.repo.JoinedFolder;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files that one rendering reads, chosen from Git's objects, by their paths from the
/// repository's root. They name the rendering ([#ids]) and are all that its tool gets ([#writeTo]).
///
/// A symbolic link that stays inside the repository is taken with what it leads to, one that leaves
/// it is refused. What a link leads to may be missing: the tool says so where it looks for it.
final class FileSet {

    /// As many links as Linux follows in one path.
    private static final int MAX_LINKS = 40;

    /// As long as a path may be on Linux.
    private static final int MAX_PATH = 4096;

    private final Folder root;
    private final Places places;
    private final SortedMap<String, Entry> files = new TreeMap<>();
    private final SortedMap<String, String> ids = new TreeMap<>();

    /// @param root all files of the repository
    FileSet(Folder root) {
        this.root = root;
        places = new Places(root);
    }

    /// Takes a file.
    ///
    /// @param path from the repository's root; `.` and `..` are allowed in it
    /// @return where the file is when all links are followed; empty if there is none, or no file
    /// @throws ManifestFailure if the path leaves the repository
    Optional<String> addFile(String path) {
        var real = resolve(path);
        var file = places.file(real);
        file.ifPresent(it -> name(real, it));
        return file.map(_ -> real);
    }

    /// Takes all files of a folder and of those below it.
    ///
    /// @param path from the repository's root; empty is the root
    /// @return where the folder is when all links are followed; empty if it is none
    /// @throws ManifestFailure if the path, or a link in the folder, leaves the repository
    Optional<String> addFolder(String path) {
        var real = resolve(path);
        var folder = places.folder(real);
        folder.ifPresent(it -> addAll(real, it));
        return folder.map(_ -> real);
    }

    /// Object ids of files and tree ids of folders, by their paths: equal ids, equal files.
    SortedMap<String, String> ids() {
        return Collections.unmodifiableSortedMap(ids);
    }

    /// Paths of all files, links among them, in order.
    List<String> paths() {
        return List.copyOf(files.keySet());
    }

    /// What lies where in the repository, taken or not.
    Places places() {
        return places;
    }

    /// Whether a symbolic link is among them.
    boolean hasLinks() {
        return files.values().stream().anyMatch(Entry::link);
    }

    /// @param path as [#addFile] gave it back, or one of [#paths]; of a link it is the target
    byte[] read(String path) {
        var entry = files.get(path);
        if (entry == null) {
            throw new IllegalArgumentException("Not taken: " + path);
        }
        return root.read(entry);
    }

    /// @param folder is empty
    /// @throws ManifestFailure if there is more than a source may have
    void writeTo(WorkingFolder folder) {
        writeTo(folder, "");
    }

    /// @param prefix before all paths, with a slash at its end
    void writeTo(WorkingFolder folder, String prefix) {
        files.forEach(
                (path, entry) -> {
                    if (entry.link()) {
                        folder.link(prefix + path, new String(read(path), UTF_8));
                    } else {
                        folder.write(prefix + path, read(path));
                    }
                });
    }

    private void addAll(String path, Folder folder) {
        if (ids.putIfAbsent(path, folder.treeId()) != null) {
            return;
        }
        for (var entry : folder.entries(true)) {
            // A listing's paths count from the folder.
            var file = path.isEmpty() ? entry.path() : path + "/" + entry.path();
            add(file, entry);
            if (entry.link()) {
                addTarget(file);
            }
        }
    }

    private void name(String path, Entry file) {
        add(path, file);
        ids.put(path, file.objectId());
    }

    /// What a link leads to, if it leads to anything.
    private void addTarget(String link) {
        var real = resolve(link);
        places.file(real).ifPresent(it -> name(real, it));
        places.folder(real).ifPresent(it -> addAll(real, it));
    }

    private void add(String path, Entry entry) {
        files.putIfAbsent(path, entry.at(path));
    }

    /// Where a path leads, as an operating system would find it. Takes the links on the way.
    ///
    /// @param path from the repository's root; `.` and `..` are allowed in it
    /// @return from the repository's root as well; there need be nothing
    /// @throws ManifestFailure if the path leaves the repository
    String resolve(String path) {
        Deque<String> ahead = new ArrayDeque<>(parts(path));
        var behind = new ArrayList<String>();
        int links = 0;
        while (!ahead.isEmpty()) {
            var name = ahead.removeFirst();
            switch (name) {
                case "", "." -> {}
                case ".." -> {
                    if (behind.isEmpty() || isOther(behind)) {
                        throw new ManifestFailure(path + " leads out of the repository");
                    }
                    behind.removeLast();
                }
                default -> {
                    behind.add(name);
                    var here = String.join("/", behind);
                    var link = places.file(here).filter(Entry::link);
                    if (link.isPresent()) {
                        if (++links > MAX_LINKS) {
                            throw new ManifestFailure(path + " is a link that leads to itself");
                        }
                        name(here, link.get());
                        behind.removeLast();
                        target(here).reversed().forEach(ahead::addFirst);
                    }
                }
            }
        }
        return String.join("/", behind);
    }

    /// Whether it is the root of another source's repository.
    private boolean isOther(List<String> path) {
        return root instanceof JoinedFolder joined
                && path.size() == 1
                && joined.others().containsKey(path.getFirst());
    }

    private List<String> target(String link) {
        var target = new String(read(link), UTF_8);
        if (target.startsWith("/")) {
            throw new ManifestFailure(
                    "%s: a link to %s leads out of the repository".formatted(link, target));
        }
        return parts(target);
    }

    private static List<String> parts(String path) {
        if (path.length() > MAX_PATH) {
            throw new ManifestFailure(
                    "A path is longer than %d characters: %s…"
                            .formatted(MAX_PATH, path.substring(0, 100)));
        }
        return List.of(path.split("/"));
    }
}
