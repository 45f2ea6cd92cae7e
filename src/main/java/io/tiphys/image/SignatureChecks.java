package io.tiphys.image;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.image.Verdict;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.ImageUpdaters;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/// Lets no image be written that is not signed as it must be: where nobody can say that it is, it
/// is not. Tells of it where its author looks.
@Singleton
class SignatureChecks implements TagPoll.Admission {

    private static final Logger LOG = Logger.getLogger(SignatureChecks.class);

    private final Registries registries;
    private final ImageUpdaters updaters;
    private final UpdaterStatuses statuses;

    SignatureChecks(Registries registries, ImageUpdaters updaters, UpdaterStatuses statuses) {
        this.registries = registries;
        this.updaters = updaters;
        this.statuses = statuses;
    }

    /// Looks for the signature now. What comes of it is said when the tag is chosen, as only that
    /// must be signed: the candidate with the digest that is signed, or an [UnsignedFailure].
    UnaryOperator<Candidate> admission(String project, TrackedImage image, Candidate pushed) {
        if (image.signer().isEmpty()) {
            return UnaryOperator.identity();
        }
        try {
            var verdict = registries.verdict(project, image, image.signer().get(), pushed);
            return switch (verdict) {
                case Verdict.Signed(var digest) -> it -> it.withDigest(Optional.of(digest));
                case Verdict.Unsigned(var reason) -> failing(image, reason, false);
            };
        } catch (ManifestFailure failure) {
            return failing(image, String.valueOf(failure.getMessage()), failure.passing());
        } catch (RefusedEditException failure) {
            return failing(image, String.valueOf(failure.getMessage()), false);
        }
    }

    /// What is signed later than another tag was pushed was pushed before that all the same.
    private static UnaryOperator<Candidate> failing(
            TrackedImage image, String reason, boolean passing) {
        boolean soon = !(image.strategy() instanceof UpdateStrategy.NewestPush);
        return _ -> {
            throw new UnsignedFailure(reason, passing, soon);
        };
    }

    @Override
    public boolean admits(Application application, TrackedImage image, Candidate candidate) {
        try {
            var _ = admission(application.project(), image, candidate).apply(candidate);
            if (image.signer().isPresent()) {
                signed(application.id(), image.label());
            }
            return true;
        } catch (UnsignedFailure failure) {
            unsigned(application.id(), image, candidate.tag(), failure);
            return false;
        }
    }

    /// Tells that nothing is wrong with an image's signature.
    ///
    /// @param image what messages call it
    void signed(ApplicationId application, String image) {
        tell(application, image, Optional.empty());
    }

    /// Tells why an image is not written.
    void unsigned(
            ApplicationId application, TrackedImage image, String tag, UnsignedFailure failure) {
        LOG.infof(
                "%s:%s is not written for %s: %s",
                image.spelled(), tag, application, failure.getMessage());
        tell(
                application,
                image.label(),
                Optional.of("%s is not written: %s".formatted(tag, failure.getMessage())));
    }

    private void tell(ApplicationId application, String image, Optional<String> problem) {
        updaters.refuse(application, image, problem);
        statuses.signed(application, image, problem);
    }
}
