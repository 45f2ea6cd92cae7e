package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Source;

/// What is to be rendered.
///
/// @param revision the full commit id; of a chart its version, of another artefact its digest
/// @param root all files of the repository or artefact at that revision; those of other sources
///     that have a `ref` as well, below `$` and that
/// @param folder the files below the source's path
/// @param access what is read with that the files name
/// @param fetch how new the view of that must be
public record RenderRequest(
        Source source,
        String revision,
        Folder root,
        Folder folder,
        Build build,
        Access access,
        FetchDemand fetch) {

    /// What the files name is open to anybody.
    public RenderRequest(Source source, String revision, Folder root, Folder folder, Build build) {
        this(source, revision, root, folder, build, Access.NONE, FetchDemand.ANY);
    }
}
