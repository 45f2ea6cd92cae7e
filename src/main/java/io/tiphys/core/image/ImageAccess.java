package io.tiphys.core.image;

import io.tiphys.core.model.GitCredential;
import java.net.URI;
import java.util.Optional;

/// How a registry is asked for the images of one repository.
///
/// @param repository canonical, registry included
/// @param api where the registry is asked; empty for its own host
/// @param credential how that is reached, and what it is shown
/// @param perSecond how often the registry is asked at most; zero for no limit
/// @param order in which it lists tags
public record ImageAccess(
        String repository,
        Optional<URI> api,
        GitCredential credential,
        int perSecond,
        TagOrder order) {

    /// Of a registry of which nothing more is said.
    public static ImageAccess of(String repository, GitCredential credential) {
        return new ImageAccess(
                repository,
                Optional.empty(),
                credential,
                RegistryEntry.USUAL_PER_SECOND,
                TagOrder.NONE);
    }
}
