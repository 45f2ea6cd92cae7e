package io.tiphys.image;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Signer;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Verdict;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.PullCredentials;
import io.tiphys.store.SignerKeys;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Asks registries for images, with what Applications may use for it.
@Singleton
class Registries {

    private final Images images;
    private final PullCredentials credentials;
    private final SignerKeys keys;

    Registries(Images images, PullCredentials credentials, SignerKeys keys) {
        this.images = images;
        this.credentials = credentials;
        this.keys = keys;
    }

    /// What is under a tag.
    ///
    /// @return empty if the registry has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> find(String project, TrackedImage image, String tag) {
        return images.find(credentials.of(image, project), tag);
    }

    /// Whether what stands under a candidate's tag is signed.
    ///
    /// @throws ManifestFailure if the registry does not say, or what it is checked with cannot be
    ///     used
    /// @throws RefusedEditException if there is no such key
    Verdict verdict(String project, TrackedImage image, Signer signer, Candidate candidate) {
        return images.verdict(credentials.of(image, project), candidate, keys.of(signer));
    }

    /// All tags of an image.
    ///
    /// @throws ManifestFailure if the registry does not say
    List<Candidate> candidates(String project, TrackedImage image) {
        return images.candidates(image, credentials.of(image, project));
    }
}
