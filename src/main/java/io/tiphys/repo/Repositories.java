package io.tiphys.repo;

/// The Git repositories that sources name, each reached once however many Applications share it.
public interface Repositories {

    /// @param url as an Application has it
    /// @throws ManifestFailure if no repository can have such an address
    Repository of(String url);
}
