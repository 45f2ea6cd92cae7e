package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;

/// Files on the web that other files name by their addresses. They are shared by all that read them
/// with the same credentials.
public interface Downloads {

    /// Asks the host if what it said last is not new enough.
    ///
    /// @param url with the user and password that may stand in it
    /// @return names the content
    /// @throws ManifestFailure if the file cannot be had
    String digest(String url, GitCredential credential, FetchDemand fetch);

    /// @param digest as [#digest] gave it
    /// @throws ManifestFailure if the file cannot be had, or is another by now
    byte[] read(String url, GitCredential credential, String digest);
}
