package io.tiphys.repo;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The container images that registries hold.
public interface Images {

    /// Tags of one repository that are asked for, of which each takes two questions or three.
    int MOST_ASKED = 200;

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

    /// All tags of an image's repository, each with what must be known of it to decide about it.
    /// Of those whose names say that they are out of the question, nothing is asked.
    ///
    /// @throws ManifestFailure if the registry does not say, or would have to be asked for too many
    default List<Candidate> candidates(TrackedImage image, GitCredential credential) {
        var repository = image.image().canonicalRepository();
        var tags = tags(repository, credential);
        Predicate<String> asked =
                tag -> image.asksRegistry() && TagChoice.obstacle(image, tag).isEmpty();
        long questions = tags.stream().filter(asked).count();
        if (questions > MOST_ASKED) {
            throw new ManifestFailure(
                    "%d tags of %s would be asked for one by one, and %d may: let allow-tags or ignore-tags leave some out"
                            .formatted(questions, repository, MOST_ASKED));
        }
        return tags.stream()
                .map(
                        tag ->
                                asked.test(tag)
                                        ? find(repository, tag, credential)
                                                .orElse(Candidate.of(tag))
                                        : Candidate.of(tag))
                .toList();
    }
}
