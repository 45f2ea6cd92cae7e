package io.tiphys.repo.render;

import io.tiphys.repo.Folder;
import io.tiphys.repo.Folder.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Finds what lies at a path of a repository, and reads no folder twice: paths begin alike, and the
/// folder of all Applications may be large.
final class Places {

    private final Optional<Folder> root;
    private final Map<String, Optional<Folder>> folders = new HashMap<>();

    /// @param root all files of the repository
    Places(Folder root) {
        this.root = Optional.of(root);
    }

    /// @param path from the root, without `.` and `..`; empty is the root
    Optional<Folder> folder(String path) {
        var folder = root;
        int from = 0;
        while (from < path.length() && folder.isPresent()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            var parent = folder.get();
            var name = path.substring(from, to);
            folder = folders.computeIfAbsent(path.substring(0, to), _ -> parent.folder(name));
            from = to + 1;
        }
        return folder;
    }

    /// A file, or a symbolic link.
    ///
    /// @param path from the root, without `.` and `..`
    Optional<Entry> file(String path) {
        int slash = path.lastIndexOf('/');
        var name = path.substring(slash + 1);
        return name.isEmpty()
                ? Optional.empty()
                : folder(path.substring(0, Math.max(0, slash)))
                        .flatMap(it -> it.file(name))
                        .map(it -> it.at(path));
    }

    /// The id of a folder or a file; empty if there is none.
    String idAt(String path) {
        return folder(path)
                .map(Folder::treeId)
                .or(() -> file(path).map(Entry::objectId))
                .orElse("");
    }
}
