package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;

/// All versions of one chart, or of another archive of files.
public interface Artefact {

    /// The version that a revision means, asked for if the view that is held is not new enough.
    ///
    /// @param targetRevision a version, a constraint on versions, a tag or a digest
    /// @return of a chart its version as the repository spells it, else the digest of the artefact
    /// @throws ManifestFailure if the repository cannot be read or has no such version
    String resolve(String targetRevision, FetchDemand fetch);

    /// The files of a version below a path. Of a chart its root is where its `Chart.yaml` is.
    ///
    /// @param version as [#resolve] gave it
    /// @throws ManifestFailure if the archive cannot be read, or has no such folder
    Folder folder(String version, String path);
}
