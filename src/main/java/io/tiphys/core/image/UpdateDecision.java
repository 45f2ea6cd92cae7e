package io.tiphys.core.image;

import io.tiphys.core.model.SemverConstraint;
import io.tiphys.core.model.Version;
import java.util.Optional;

/// Whether a pushed tag replaces the one that a manifest names now.
public sealed interface UpdateDecision {

    record Update(String tag) implements UpdateDecision {}

    record Keep(Reason reason) implements UpdateDecision {}

    enum Reason {
        SAME_TAG("the manifest names this tag already"),
        MALFORMED_TAG("no registry can hold a tag of this form"),
        TAG_NOT_ALLOWED("allow-tags does not find it"),
        TAG_IGNORED("ignore-tags matches it"),
        NOT_A_VERSION("the tag is not a version"),
        OUTSIDE_CONSTRAINT("the version constraint does not allow it"),
        NOT_NEWER("the manifest names a newer version");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /// The reason in words, for a status or a log.
        public String text() {
            return text;
        }
    }

    /// Never goes back. A current tag that is missing or no version gives way to any allowed one.
    static UpdateDecision decide(TrackedImage image, Optional<String> current, String pushed) {
        if (!ImageName.isTag(pushed)) {
            return new Keep(Reason.MALFORMED_TAG);
        }
        if (current.isPresent() && current.get().equals(pushed)) {
            return new Keep(Reason.SAME_TAG);
        }
        if (!image.tags().allows(pushed)) {
            return new Keep(Reason.TAG_NOT_ALLOWED);
        }
        if (image.tags().ignores(pushed)) {
            return new Keep(Reason.TAG_IGNORED);
        }
        return decideByVersion(image.constraint(), current.flatMap(Version::parse), pushed);
    }

    private static UpdateDecision decideByVersion(
            SemverConstraint constraint, Optional<Version> current, String pushed) {
        var version = Version.parse(pushed);
        if (version.isEmpty()) {
            return new Keep(Reason.NOT_A_VERSION);
        }
        if (!constraint.allows(version.get())) {
            return new Keep(Reason.OUTSIDE_CONSTRAINT);
        }
        if (current.isPresent() && version.get().compareTo(current.get()) < 0) {
            return new Keep(Reason.NOT_NEWER);
        }
        return new Update(pushed);
    }
}
