package io.tiphys.repo;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.model.GitCredential;
import java.util.List;
import java.util.Optional;

/// The container images that registries hold.
public interface Images {

    /// All tags of a repository, in no order.
    ///
    /// @param repository canonical, registry included
    /// @throws ManifestFailure if the registry does not say
    List<String> tags(String repository, GitCredential credential);

    /// What a registry says of the image under a tag; when it was pushed, it does not say.
    ///
    /// @param repository canonical, registry included
    /// @return empty if it has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> find(String repository, String tag, GitCredential credential);
}
