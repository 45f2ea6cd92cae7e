package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;

/// The Git repositories that sources name, each reached once however many Applications share it
/// with the same credentials.
public interface Repositories {

    /// @param url as an Application has it
    /// @param credential what reading is done with; nothing is seen of what others read with theirs
    /// @throws ManifestFailure if no repository can have such an address
    Repository of(String url, GitCredential credential);
}
