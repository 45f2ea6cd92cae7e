package io.tiphys.image;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.PullCredentials;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Asks registries for images, with what Applications may use for it.
@Singleton
class Registries {

    private static final Logger LOG = Logger.getLogger(Registries.class);

    private final Images images;
    private final PullCredentials credentials;

    Registries(Images images, PullCredentials credentials) {
        this.images = images;
        this.credentials = credentials;
    }

    /// What is under a tag.
    ///
    /// @return empty if the registry has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> find(String project, TrackedImage image, String tag) {
        return images.find(credentials.of(image, project), tag);
    }

    /// Whether the registry says that it has no such tag. One that says nothing does not.
    boolean lacks(String project, TrackedImage image, String tag) {
        try {
            return find(project, image, tag).isEmpty();
        } catch (ManifestFailure unanswered) {
            LOG.infof(
                    "Nobody knows whether there is %s:%s: %s",
                    image.repository(), tag, unanswered.getMessage());
            return false;
        }
    }

    /// All tags of an image.
    ///
    /// @throws ManifestFailure if the registry does not say
    List<Candidate> candidates(String project, TrackedImage image) {
        return images.candidates(image, credentials.of(image, project));
    }
}
