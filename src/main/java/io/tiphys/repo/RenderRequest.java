package io.tiphys.repo;

import io.tiphys.core.model.Source;

/// What is to be rendered.
///
/// @param revision the full commit id
/// @param root all files of the repository at that commit; those of other sources that have a `ref`
///     as well, below `$` and that
/// @param folder the files below the source's path
public record RenderRequest(
        Source source, String revision, Folder root, Folder folder, Build build) {}
