package io.tiphys.repo;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Proof;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.image.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The container images that registries hold.
public interface Images {

    /// Tags of one repository that are asked for, of which each takes two questions or three.
    int MOST_ASKED = 200;

    Verdict MOVED = new Verdict.Unsigned("the tag stands for another image by now");

    /// All tags of a repository, in the order in which the registry lists them.
    ///
    /// @throws ManifestFailure if the registry does not say
    List<String> tags(ImageAccess access);

    /// What a registry says of the image under a tag; when it was pushed, it does not say.
    ///
    /// @return empty if it has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<Candidate> find(ImageAccess access, String tag);

    /// What stands under a tag, by the digest of its manifest or of its index of several. An answer
    /// counts for a second.
    ///
    /// @return empty if the registry has no such tag
    /// @throws ManifestFailure if the registry does not say
    Optional<String> digest(ImageAccess access, String tag);

    /// Whether an image is signed as it must be.
    ///
    /// @throws ManifestFailure if the registry does not say, or what it is checked with cannot be
    ///     used
    Verdict verdict(ImageAccess access, String digest, Proof proof);

    /// Whether what stands under a candidate's tag is signed as it must be: what is known of
    /// the candidate, and the same before and after signatures are looked at.
    ///
    /// @throws ManifestFailure if the registry does not say, or what it is checked with cannot be
    ///     used
    default Verdict verdict(ImageAccess access, Candidate candidate, Proof proof) {
        var digest = digest(access, candidate.tag());
        if (digest.isEmpty()) {
            return new Verdict.Unsigned("the registry has no such tag");
        }
        if (candidate.digest().isPresent() && !candidate.digest().equals(digest)) {
            return MOVED;
        }
        var verdict = verdict(access, digest.get(), proof);
        return verdict instanceof Verdict.Signed && !digest(access, candidate.tag()).equals(digest)
                ? MOVED
                : verdict;
    }

    /// All tags of an image's repository, each with what must be known of it to decide about it.
    /// Of those whose names say that they are out of the question, nothing is asked; nor, where the
    /// registry lists the newest first or last, of others than the newest that is not.
    ///
    /// @throws ManifestFailure if the registry does not say, or would have to be asked for too many
    List<Candidate> candidates(TrackedImage image, ImageAccess access);

    /// Which of a repository's tags must be asked for to decide about an image.
    ///
    /// @throws ManifestFailure if they are too many
    static Predicate<String> asked(TrackedImage image, List<String> tags, ImageAccess access) {
        var asked = asked(image, tags, access.order());
        long questions = tags.stream().filter(asked).count();
        if (questions > MOST_ASKED) {
            throw new ManifestFailure(
                    "%d tags of %s would be asked for one by one, and %d may: let allow-tags or ignore-tags leave some out"
                            .formatted(questions, access.repository(), MOST_ASKED));
        }
        return asked;
    }

    private static Predicate<String> asked(TrackedImage image, List<String> tags, TagOrder order) {
        Predicate<String> possible =
                tag -> image.asksRegistry() && TagChoice.obstacle(image, tag).isEmpty();
        if (order == TagOrder.NONE || !(image.strategy() instanceof UpdateStrategy.NewestBuild)) {
            return possible;
        }
        var ordered = order == TagOrder.NEWEST_FIRST ? tags : tags.reversed();
        var newest = ordered.stream().filter(possible).findFirst();
        return tag -> newest.filter(tag::equals).isPresent();
    }
}
