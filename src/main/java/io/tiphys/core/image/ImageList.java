package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.model.InvalidConstraintException;
import io.tiphys.core.model.SemverConstraint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What an Application's annotations say about the images that it wants kept current.
///
/// An entry that cannot be followed becomes a problem in words and leaves its neighbours alone.
public record ImageList(List<TrackedImage> images, List<Problem> problems) {

    public static final String PREFIX = "argocd-image-updater.argoproj.io/";

    /// One `[alias=]image[:constraint]` a comma.
    public static final String IMAGE_LIST = PREFIX + "image-list";

    private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/-]*");
    private static final Pattern AGE = Pattern.compile("([0-9]{1,6})([dhms])");

    /// As Go reads them.
    private static final Set<String> BOOLEANS =
            Set.of("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False");

    public ImageList {
        images = List.copyOf(images);
        problems = List.copyOf(problems);
    }

    /// An entry of the list as it was written, and why it is not followed.
    public record Problem(String entry, String message) {}

    public static ImageList parse(Map<String, String> annotations) {
        var images = new ArrayList<TrackedImage>();
        var problems = new ArrayList<Problem>();
        var aliases = new HashSet<String>();
        for (var text : list(annotations.getOrDefault(IMAGE_LIST, "")).toList()) {
            try {
                var entry = Entry.parse(text);
                entry.requireNew(aliases);
                images.add(entry.track(annotations));
            } catch (InvalidEntryException
                    | InvalidImageNameException
                    | InvalidConstraintException
                    | InvalidTagFilterException invalid) {
                problems.add(new Problem(text, Objects.requireNonNull(invalid.getMessage())));
            }
        }
        return new ImageList(images, problems);
    }

    /// What stands between commas.
    private static Stream<String> list(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).filter(it -> !it.isEmpty());
    }

    private record Entry(Optional<String> alias, String image, String constraint) {

        static Entry parse(String text) {
            var equals = text.indexOf('=');
            var colon = text.indexOf(':');
            // Behind a colon it belongs to the constraint: nginx:>=1.26
            var hasAlias = equals >= 0 && (colon < 0 || equals < colon);
            if (!hasAlias) {
                return parse(Optional.empty(), text);
            }
            var alias = text.substring(0, equals).strip();
            if (!ALIAS.matches(alias)) {
                throw new InvalidEntryException(
                        "An alias starts with a letter or digit and holds only those and . _ - /");
            }
            return parse(Optional.of(alias), text.substring(equals + 1).strip());
        }

        private static Entry parse(Optional<String> alias, String image) {
            if (image.contains("@")) {
                throw new InvalidEntryException(
                        "An image to update cannot name a digest; give a version constraint");
            }
            var suffix = ImageName.suffixAt(image);
            var constraint = suffix == image.length() ? "" : image.substring(suffix + 1).strip();
            return new Entry(alias, image.substring(0, suffix).strip(), constraint);
        }

        /// The alias is the key of an entry's annotations: two entries with one would share them.
        void requireNew(Set<String> aliases) {
            if (alias.isPresent() && !aliases.add(key(alias.get()))) {
                throw new InvalidEntryException(
                        "The alias '%s' is used twice".formatted(alias.get()));
            }
        }

        TrackedImage track(Map<String, String> annotations) {
            // A bad value is an error although nothing depends on it: what does not run is updated
            // all the same.
            bool("force-update", option(annotations, "force-update"));
            return new TrackedImage(
                    alias,
                    ImageName.parse(image),
                    image,
                    strategy(option(annotations, "update-strategy")),
                    TagFilter.parse(
                            option(annotations, "allow-tags"), option(annotations, "ignore-tags")),
                    list(own(annotations, "platforms").orElse("")).map(Platform::parse).toList(),
                    age(option(annotations, "minimum-age")),
                    Optional.of(option(annotations, "pull-secret"))
                            .filter(it -> !it.isEmpty())
                            .map(PullSecret::parse),
                    keys(annotations));
        }

        private UpdateStrategy strategy(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "", "semver" ->
                        new UpdateStrategy.Semver(
                                constraint.isEmpty()
                                        ? SemverConstraint.ANY
                                        : SemverConstraint.parse(constraint));
                case "newest-build", "latest" -> new UpdateStrategy.NewestBuild();
                case "alphabetical", "name" -> new UpdateStrategy.Alphabetical();
                case "newest-push" -> new UpdateStrategy.NewestPush();
                case "digest" -> {
                    if (!ImageName.isTag(constraint)) {
                        throw new InvalidEntryException(
                                "The strategy digest needs the tag that it follows, as in"
                                        + " image:latest");
                    }
                    yield new UpdateStrategy.Digest(constraint);
                }
                default ->
                        throw new InvalidEntryException(
                                "There is no update strategy '%s'; there are semver, newest-build, alphabetical, digest and newest-push"
                                        .formatted(name));
            };
        }

        private ImageKeys keys(Map<String, String> annotations) {
            var name = own(annotations, "helm.image-name");
            var tag = own(annotations, "helm.image-tag");
            var spec = own(annotations, "helm.image-spec");
            var kustomize = own(annotations, "kustomize.image-name");
            boolean helm = name.isPresent() || tag.isPresent() || spec.isPresent();
            if (helm && kustomize.isPresent()) {
                throw new InvalidEntryException(
                        "helm.* and kustomize.* cannot both be given for one image");
            }
            if (kustomize.isPresent()) {
                return new ImageKeys.Kustomize(kustomize.get());
            }
            return helm ? new ImageKeys.Helm(name, tag, spec) : new ImageKeys.Usual();
        }

        private static void bool(String option, String value) {
            if (!value.isEmpty() && !BOOLEANS.contains(value)) {
                throw new InvalidEntryException(
                        "%s must be true or false, and is '%s'".formatted(option, value));
            }
        }

        private static Duration age(String text) {
            var age = Duration.ZERO;
            var parts = AGE.matcher(text);
            int end = 0;
            while (end < text.length() && parts.find(end) && parts.start() == end) {
                long count = Long.parseLong(parts.group(1));
                age =
                        age.plus(
                                switch (parts.group(2)) {
                                    case "d" -> Duration.ofDays(count);
                                    case "h" -> Duration.ofHours(count);
                                    case "m" -> Duration.ofMinutes(count);
                                    default -> Duration.ofSeconds(count);
                                });
                end = parts.end();
            }
            if (end < text.length()) {
                throw new InvalidEntryException(
                        "minimum-age must be a time such as 90m, 36h or 7d, and is '%s'"
                                .formatted(text));
            }
            return age;
        }

        /// The entry's own annotation, or else the Application's.
        private String option(Map<String, String> annotations, String name) {
            var fallback = annotations.getOrDefault(PREFIX + name, "");
            return annotation(annotations, name).orElse(fallback).strip();
        }

        /// The entry's own annotation, if it says something.
        private Optional<String> own(Map<String, String> annotations, String name) {
            return annotation(annotations, name).map(String::strip).filter(it -> !it.isEmpty());
        }

        private Optional<String> annotation(Map<String, String> annotations, String name) {
            return alias.map(it -> annotations.get(PREFIX + key(it) + "." + name));
        }

        private static String key(String alias) {
            return alias.replace('/', '_');
        }
    }

    private static final class InvalidEntryException extends RuntimeException {

        InvalidEntryException(String message) {
            super(message);
        }
    }
}
