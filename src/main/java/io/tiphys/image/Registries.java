package io.tiphys.image;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.PullCredentials;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Asks a registry what is under a tag, where the name alone does not decide.
@Singleton
class Registries {

    private final Images images;
    private final PullCredentials credentials;

    Registries(Images images, PullCredentials credentials) {
        this.images = images;
        this.credentials = credentials;
    }

    /// @return empty if the tag's name is enough, or the registry has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> candidate(String project, TrackedImage image, String tag) {
        if (!image.asksRegistry()) {
            return Optional.empty();
        }
        var repository = image.image().canonicalRepository();
        return images.find(
                repository, tag, credentials.of(repository, project, image.pullSecret()));
    }
}
