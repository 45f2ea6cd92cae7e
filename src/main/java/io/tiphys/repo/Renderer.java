package io.tiphys.repo;

import io.tiphys.core.model.Source;

/// Turns the files of a source into manifests. One for each tool that users render with.
public interface Renderer {

    /// @throws ManifestFailure with the reason for the author
    Rendered render(Folder folder, Source source);
}
