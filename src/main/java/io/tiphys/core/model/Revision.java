package io.tiphys.core.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/// What a source follows, as its `targetRevision` and `tagPrefix` say it together.
///
/// @param name branch, tag, commit, full ref name or `HEAD`; of a constraint its text, which counts
///     as a name if no tag satisfies it
/// @param tags the tags of which the newest version counts; empty if only the name does
public record Revision(String name, Optional<VersionTags> tags) {

    private static final String TAGS = "refs/tags/";
    private static final int COMMIT_DIGITS = 40;
    private static final int SHORT_COMMIT_DIGITS = 7;

    /// A constraint begins with one of these; most names do not.
    private static final String CONSTRAINT_STARTS = "0123456789vxX*=!<>~^";

    /// Tags whose names are a prefix and a version that the constraint allows.
    public record VersionTags(String prefix, SemverConstraint constraint) {

        /// @param tag short name
        boolean admit(String tag) {
            return version(tag).filter(constraint::allows).isPresent();
        }

        private Optional<Version> version(String tag) {
            return tag.startsWith(prefix)
                    ? Version.parse(tag.substring(prefix.length()))
                    : Optional.empty();
        }
    }

    /// By Argo CD's rules: a whole version is the plain name of a tag, behind the prefix; what is
    /// neither version nor constraint is a plain name, and the prefix does not matter.
    ///
    /// @param tagPrefix what stands before the version in the names of the source's tags; often
    ///     empty
    public static Revision of(String targetRevision, String tagPrefix) {
        if (isCommit(targetRevision) || !mayBeConstraint(targetRevision)) {
            return named(targetRevision);
        }
        if (Version.parse(targetRevision).isPresent()) {
            return named(tagPrefix + targetRevision);
        }
        try {
            var tags = new VersionTags(tagPrefix, SemverConstraint.parse(targetRevision));
            return new Revision(targetRevision, Optional.of(tags));
        } catch (InvalidConstraintException plainName) {
            return named(targetRevision);
        }
    }

    /// A name that is taken as it is.
    public static Revision named(String name) {
        return new Revision(name, Optional.empty());
    }

    /// Whether it is a commit's full id, which never moves.
    public boolean isCommit() {
        return isCommit(name);
    }

    /// Whether it may be the beginning of a commit's id. A branch or tag of that name comes first.
    public boolean mayBeShortCommit() {
        return name.length() >= SHORT_COMMIT_DIGITS && name.length() < COMMIT_DIGITS && isHex(name);
    }

    /// Whether it is a constraint that allows what this ref is named.
    ///
    /// @param ref full name
    public boolean admits(String ref) {
        return tags.isPresent()
                && ref.startsWith(TAGS)
                && tags.get().admit(ref.substring(TAGS.length()));
    }

    /// The ref of the newest version that the constraint allows; tags that are no versions do not
    /// count. Of spellings of one version it is always the same.
    ///
    /// @param refs full names
    public Optional<String> newest(Collection<String> refs) {
        return tags.flatMap(
                wanted ->
                        refs.stream()
                                .filter(this::admits)
                                .max(
                                        Comparator.comparing(
                                                ref ->
                                                        wanted.version(ref.substring(TAGS.length()))
                                                                .orElseThrow())));
    }

    private static boolean isCommit(String text) {
        return text.length() == COMMIT_DIGITS && isHex(text);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }

    private static boolean mayBeConstraint(String text) {
        var stripped = text.strip();
        return !stripped.isEmpty() && CONSTRAINT_STARTS.indexOf(stripped.charAt(0)) >= 0;
    }
}
