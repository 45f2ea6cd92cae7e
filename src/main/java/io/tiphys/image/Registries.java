package io.tiphys.image;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Proof;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Signer;
import io.tiphys.core.image.TagFilter;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.image.Verdict;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.PullCredentials;
import io.tiphys.store.SignerKeys;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Asks registries for images, with what Applications may use for it.
@Singleton
class Registries {

    private static final Logger LOG = Logger.getLogger(Registries.class);

    /// As long as a burst of requests takes that one push brings.
    private static final Duration COUNTS = Duration.ofSeconds(10);

    /// Of all repositories that are asked for at a time.
    private static final int MOST_TAGS = 1_000_000;

    private final Images images;
    private final BiFunction<TrackedImage, String, ImageAccess> accesses;
    private final Function<Signer, Proof> keys;

    /// What was answered for one Application counts for the others.
    private final AsyncCache<Asked, Optional<Candidate>> answers =
            Caffeine.newBuilder()
                    .expireAfterWrite(COUNTS)
                    .maximumSize(1000)
                    .executor(Thread::startVirtualThread)
                    .buildAsync();

    private record Asked(ImageAccess access, String tag, String digest) {}

    /// What an answer depends on.
    ///
    /// @param one whether each possible tag is asked for
    private record Listed(
            ImageAccess access, UpdateStrategy strategy, TagFilter filter, boolean one) {}

    private record Answer(List<Candidate> tags, Optional<ManifestFailure> failure) {}

    @Inject
    Registries(Images images, PullCredentials credentials, SignerKeys keys) {
        this(images, credentials::of, keys::of);
    }

    /// @param accesses how images are asked for, in the name of a project
    /// @param keys what signatures are checked with
    Registries(
            Images images,
            BiFunction<TrackedImage, String, ImageAccess> accesses,
            Function<Signer, Proof> keys) {
        this.images = images;
        this.accesses = accesses;
        this.keys = keys;
    }

    /// What is under a tag; asked once for all that want to know at the same time, who all have the
    /// answer, or the failure, at once.
    ///
    /// @param digest that was told of or written for the tag: with another one, it is asked anew.
    ///     Empty if none is known
    /// @return empty if the registry has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> find(String project, TrackedImage image, String tag, String digest) {
        var wanted = new Asked(accesses.apply(image, project), tag, digest);
        var answer = answers.get(wanted, asked -> images.find(asked.access(), tag));
        try {
            return answer.join();
        } catch (CompletionException failed) {
            // The cache drops it as well, but maybe not before whoever waited asks again.
            answers.asMap().remove(wanted, answer);
            throw failed.getCause() instanceof ManifestFailure failure ? failure.again() : failed;
        }
    }

    /// Whether what stands under a candidate's tag is signed.
    ///
    /// @throws ManifestFailure if the registry does not say, or what it is checked with cannot be
    ///     used
    /// @throws RefusedEditException if there is no such key
    Verdict verdict(String project, TrackedImage image, Signer signer, Candidate candidate) {
        return images.verdict(accesses.apply(image, project), candidate, keys.apply(signer));
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

    /// All tags of images, each repository asked for them once, for all Applications that see it
    /// with the same credentials and choose in the same way. What was answered, or not, counts as
    /// long as the function is used.
    ///
    /// @return by project and image; throws [ManifestFailure] if the registry does not say
    BiFunction<String, TrackedImage, List<Candidate>> candidates() {
        var known =
                Caffeine.newBuilder()
                        .maximumWeight(MOST_TAGS)
                        .weigher((Listed _, Answer answer) -> 1 + answer.tags().size())
                        .executor(Runnable::run)
                        .<Listed, Answer>build();
        return (project, image) -> {
            var access = accesses.apply(image, project);
            var answer =
                    known.get(
                            new Listed(
                                    access, image.strategy(), image.tags(), image.asksRegistry()),
                            _ -> candidates(image, access));
            answer.failure()
                    .ifPresent(
                            it -> {
                                throw it;
                            });
            return answer.tags();
        };
    }

    private Answer candidates(TrackedImage image, ImageAccess access) {
        try {
            return new Answer(images.candidates(image, access), Optional.empty());
        } catch (ManifestFailure failure) {
            return new Answer(List.of(), Optional.of(failure));
        }
    }
}
