package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Source;
import java.util.function.Function;

/// What is to be rendered.
///
/// @param revision the full commit id; of a chart its version, of another artefact its digest
/// @param root all files of the repository or artefact at that revision; those of other sources
///     that have a `ref` as well, below `$` and that
/// @param folder the files below the source's path
/// @param charts what a repository of charts is read with that the files name, by its address
public record RenderRequest(
        Source source,
        String revision,
        Folder root,
        Folder folder,
        Build build,
        Function<String, GitCredential> charts) {

    /// What the files name is open to anybody.
    public RenderRequest(Source source, String revision, Folder root, Folder folder, Build build) {
        this(source, revision, root, folder, build, _ -> GitCredential.NONE);
    }
}
