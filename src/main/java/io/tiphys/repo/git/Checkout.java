package io.tiphys.repo.git;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/// A commit as it is read.
///
/// @param submodules what is in it of other repositories; empty if there are none, or if it is read
///     without them
/// @param largeFiles whether files stand in place of their pointers
record Checkout(
        GitMirror mirror, String commit, Optional<Submodules> submodules, boolean largeFiles) {

    /// @param path as its author wrote it
    /// @throws ManifestFailure if there is no such folder
    Folder folder(String path) {
        var root = mirror.read(commit, repository -> root(repository, commit));
        return new TreeFolder(this, "", root)
                .folder(Folder.cleanPath(path))
                .orElseThrow(
                        () ->
                                new ManifestFailure(
                                        "The path '%s' is no folder in %s at commit %s"
                                                .formatted(
                                                        path,
                                                        mirror.shown(),
                                                        commit.substring(0, 7))));
    }

    /// Names what trees say nothing of and files still depend on.
    String variant() {
        return (largeFiles ? "+lfs" : "") + submodules.map(Submodules::variant).orElse("");
    }

    /// The tree of a commit's root, which is the first that a commit names.
    static ObjectId root(Repository repository, String commit) throws IOException {
        // Neither of the repository, which would look at Git's configuration files first, nor by a
        // walk, which would make room for thousands of commits first.
        try (var reader = repository.newObjectReader()) {
            var id = ObjectId.fromString(commit);
            return ObjectId.fromString(
                    reader.open(id, Constants.OBJ_COMMIT).getBytes(), "tree ".length());
        }
    }
}
