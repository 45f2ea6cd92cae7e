package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.image.UpdateStrategy.Alphabetical;
import io.tiphys.core.image.UpdateStrategy.Digest;
import io.tiphys.core.image.UpdateStrategy.NewestBuild;
import io.tiphys.core.image.UpdateStrategy.NewestPush;
import io.tiphys.core.image.UpdateStrategy.Semver;
import io.tiphys.core.model.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which of several tags an image gets instead of the one that a file names, and why none of the
/// others.
///
/// Nothing ever goes back: a tag that the strategy can compare with the file's must come after it.
/// One that `allow-tags` or `ignore-tags` would not let in, that is missing or that cannot be
/// compared gives way to any that may come.
///
/// @param chosen empty if the file stays as it is
/// @param others why each other tag is not chosen
public record TagChoice(Optional<Candidate> chosen, SortedMap<String, Reason> others) {

    /// Where cosign, and registries that list no referrers, have what belongs to an image.
    private static final Pattern BESIDE = Pattern.compile("sha256-[0-9a-f]{64}(?:\\.[a-z]{3,5})?");

    public enum Reason {
        SAME_TAG("it is named already"),
        MALFORMED_TAG("no registry can hold a tag of this form"),
        NO_IMAGE("it is a signature of an image, or something else that is said of one"),
        TAG_NOT_ALLOWED("allow-tags does not find it"),
        TAG_IGNORED("ignore-tags matches it"),
        NOT_A_VERSION("the tag is not a version"),
        OUTSIDE_CONSTRAINT("the version constraint does not allow it"),
        OTHER_TAG("another tag is followed by its digest"),
        NO_DIGEST("its digest is not known"),
        NO_BUILD_TIME("when it was built is not known"),
        NO_PUSH_TIME("when it was pushed is not known"),
        NO_PLATFORMS("which platforms it is for is not known"),
        OTHER_PLATFORM("it is for none of the platforms"),
        NO_AGE("how old it is is not known"),
        TOO_YOUNG("it has not been there for as long as minimum-age says"),
        NOT_NEWER("what is named now comes later"),
        NOT_LAST("another tag comes later"),
        NOT_SIGNED("it is not signed as it must be");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /// The reason in words, for a status or a log.
        public String text() {
            return text;
        }
    }

    /// @param current what the file names now
    /// @param candidates each tag once, in any order
    public static TagChoice of(
            TrackedImage image,
            Optional<Candidate> current,
            Collection<Candidate> candidates,
            Instant now) {
        var others = new TreeMap<String, Reason>();
        var possible = new ArrayList<Candidate>();
        for (var candidate : candidates) {
            var obstacle = obstacle(image, candidate, now);
            if (obstacle.isPresent()) {
                others.put(candidate.tag(), obstacle.get());
            } else {
                possible.add(candidate);
            }
        }
        var order = order(image.strategy());
        var last = possible.stream().max(order);
        possible.forEach(it -> others.put(it.tag(), Reason.NOT_LAST));
        if (last.isEmpty()) {
            return new TagChoice(Optional.empty(), others);
        }
        var kept = current.flatMap(it -> keeps(image, it, last.get(), order));
        if (kept.isPresent()) {
            others.put(last.get().tag(), kept.get());
            return new TagChoice(Optional.empty(), others);
        }
        others.remove(last.get().tag());
        return new TagChoice(last, others);
    }

    /// Why a tag cannot be chosen whatever else there is, as far as its name says.
    public static Optional<Reason> obstacle(TrackedImage image, String tag) {
        if (!ImageName.isTag(tag)) {
            return Optional.of(Reason.MALFORMED_TAG);
        }
        if (BESIDE.matches(tag)) {
            return Optional.of(Reason.NO_IMAGE);
        }
        return filtered(image, tag).or(() -> outside(image.strategy(), tag));
    }

    private static Optional<Reason> outside(UpdateStrategy strategy, String tag) {
        return switch (strategy) {
            case Semver(var constraint) -> {
                var version = Version.parse(tag);
                if (version.isEmpty()) {
                    yield Optional.of(Reason.NOT_A_VERSION);
                }
                yield constraint.allows(version.get())
                        ? Optional.empty()
                        : Optional.of(Reason.OUTSIDE_CONSTRAINT);
            }
            case Digest(var followed) when !followed.equals(tag) -> Optional.of(Reason.OTHER_TAG);
            case NewestBuild _, Alphabetical _, NewestPush _, Digest _ -> Optional.empty();
        };
    }

    private static Optional<Reason> filtered(TrackedImage image, String tag) {
        // As in Argo CD Image Updater, filters are no matter of the one tag that is followed.
        if (image.strategy() instanceof Digest) {
            return Optional.empty();
        }
        if (!image.tags().allows(tag)) {
            return Optional.of(Reason.TAG_NOT_ALLOWED);
        }
        return image.tags().ignores(tag) ? Optional.of(Reason.TAG_IGNORED) : Optional.empty();
    }

    private static Optional<Reason> obstacle(TrackedImage image, Candidate candidate, Instant now) {
        return obstacle(image, candidate.tag())
                .or(() -> unknown(image.strategy(), candidate))
                .or(() -> platform(image, candidate))
                .or(() -> age(image, candidate, now));
    }

    private static Optional<Reason> unknown(UpdateStrategy strategy, Candidate candidate) {
        return switch (strategy) {
            case NewestBuild() when candidate.built().isEmpty() ->
                    Optional.of(Reason.NO_BUILD_TIME);
            case NewestPush() when candidate.pushed().isEmpty() -> Optional.of(Reason.NO_PUSH_TIME);
            case Digest _ when candidate.digest().isEmpty() -> Optional.of(Reason.NO_DIGEST);
            case Semver _, NewestBuild _, Alphabetical _, Digest _, NewestPush _ ->
                    Optional.empty();
        };
    }

    private static Optional<Reason> platform(TrackedImage image, Candidate candidate) {
        if (image.platforms().isEmpty()) {
            return Optional.empty();
        }
        if (candidate.platforms().isEmpty()) {
            return Optional.of(Reason.NO_PLATFORMS);
        }
        return image.platforms().stream()
                        .anyMatch(it -> candidate.platforms().stream().anyMatch(it::runs))
                ? Optional.empty()
                : Optional.of(Reason.OTHER_PLATFORM);
    }

    private static Optional<Reason> age(TrackedImage image, Candidate candidate, Instant now) {
        if (image.minimumAge().isZero()) {
            return Optional.empty();
        }
        var since = candidate.pushed().or(candidate::built);
        if (since.isEmpty()) {
            return Optional.of(Reason.NO_AGE);
        }
        return since.get().plus(image.minimumAge()).isAfter(now)
                ? Optional.of(Reason.TOO_YOUNG)
                : Optional.empty();
    }

    private static Comparator<Candidate> order(UpdateStrategy strategy) {
        Comparator<Candidate> byTag = Comparator.comparing(Candidate::tag);
        return switch (strategy) {
            case Semver _ -> Comparator.comparing(it -> Version.parse(it.tag()).orElseThrow());
            case NewestBuild _ ->
                    Comparator.<Candidate, Instant>comparing(it -> it.built().orElseThrow())
                            .thenComparing(byTag);
            case NewestPush _ ->
                    Comparator.<Candidate, Instant>comparing(it -> it.pushed().orElseThrow())
                            .thenComparing(byTag);
            case Alphabetical _, Digest _ -> byTag;
        };
    }

    /// Why what is named now stays, if it does.
    private static Optional<Reason> keeps(
            TrackedImage image, Candidate current, Candidate last, Comparator<Candidate> order) {
        if (current.tag().equals(last.tag())) {
            boolean moved =
                    image.strategy() instanceof Digest && !current.digest().equals(last.digest());
            return moved ? Optional.empty() : Optional.of(Reason.SAME_TAG);
        }
        return isComparable(image, current) && order.compare(last, current) < 0
                ? Optional.of(Reason.NOT_NEWER)
                : Optional.empty();
    }

    private static boolean isComparable(TrackedImage image, Candidate current) {
        return filtered(image, current.tag()).isEmpty()
                && switch (image.strategy()) {
                    case Semver _ -> Version.parse(current.tag()).isPresent();
                    case NewestBuild _ -> current.built().isPresent();
                    case NewestPush _ -> current.pushed().isPresent();
                    case Alphabetical _ -> true;
                    case Digest _ -> false;
                };
    }
}
