package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;

/// The Helm charts and other artefacts that sources name, in repositories with an index on the web
/// and in OCI registries. What a repository said is shared by all that read it with the same
/// credentials.
public interface Charts {

    /// @param url of the repository as an Application has it. That of a registry begins with
    ///     `oci://`, or has no scheme, or the credential says that it is one
    /// @param chart its name in the repository; empty if the address is that of an artefact itself
    /// @param credential what reading is done with; nothing is seen of what others read with theirs
    /// @param passCredentials whether it is shown to the host of the chart's archive as well,
    ///     should an index name another
    /// @throws ManifestFailure if there can be no such repository
    Artefact of(String url, String chart, GitCredential credential, boolean passCredentials);
}
