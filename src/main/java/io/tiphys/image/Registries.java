package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Signer;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Verdict;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.PullCredentials;
import io.tiphys.store.SignerKeys;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Asks registries for images, with what Applications may use for it.
@Singleton
class Registries {

    private static final Logger LOG = Logger.getLogger(Registries.class);

    /// As long as a burst of requests takes that one push brings.
    private static final Duration COUNTS = Duration.ofSeconds(10);

    private final Images images;
    private final PullCredentials credentials;
    private final SignerKeys keys;

    /// What was answered for one Application counts for the others.
    private final Cache<Asked, Optional<Candidate>> answers =
            Caffeine.newBuilder()
                    .expireAfterWrite(COUNTS)
                    .maximumSize(1000)
                    .executor(Runnable::run)
                    .build();

    private record Asked(ImageAccess access, String tag, String digest) {}

    Registries(Images images, PullCredentials credentials, SignerKeys keys) {
        this.images = images;
        this.credentials = credentials;
        this.keys = keys;
    }

    /// What is under a tag; asked once for all that want to know at the same time.
    ///
    /// @param digest that was told of or written for the tag: with another one, it is asked anew.
    ///     Empty if none is known
    /// @return empty if the registry has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> find(String project, TrackedImage image, String tag, String digest) {
        return answers.get(
                new Asked(credentials.of(image, project), tag, digest),
                asked -> images.find(asked.access(), tag));
    }

    /// Whether what stands under a candidate's tag is signed.
    ///
    /// @throws ManifestFailure if the registry does not say, or what it is checked with cannot be
    ///     used
    /// @throws RefusedEditException if there is no such key
    Verdict verdict(String project, TrackedImage image, Signer signer, Candidate candidate) {
        return images.verdict(credentials.of(image, project), candidate, keys.of(signer));
    }

    /// Whether the registry says that it has no such tag. One that says nothing does not.
    boolean lacks(String project, TrackedImage image, String tag) {
        try {
            return find(project, image, tag, "").isEmpty();
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
