package io.tiphys.repo;

/// Turns the files of a source into manifests.
public interface Renderer {

    /// Finds out what a source's manifests depend on, without making them.
    ///
    /// @throws ManifestFailure with the reason for the author
    Rendering plan(RenderRequest request);
}
