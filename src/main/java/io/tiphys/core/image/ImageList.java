package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.model.InvalidConstraintException;
import io.tiphys.core.model.SemverConstraint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What an Application's annotations say about the images that it wants kept current.
///
/// An entry that cannot be followed becomes a problem in words and leaves its neighbours alone.
public record ImageList(List<TrackedImage> images, List<Problem> problems) {

    public static final String PREFIX = "argocd-image-updater.argoproj.io/";

    /// One `[alias=]image[:constraint]` a comma.
    public static final String IMAGE_LIST = PREFIX + "image-list";

    private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/-]*");

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
        for (var text : annotations.getOrDefault(IMAGE_LIST, "").split(",", -1)) {
            if (text.isBlank()) {
                continue;
            }
            try {
                var entry = Entry.parse(text.strip());
                entry.requireNew(aliases);
                images.add(entry.track(annotations));
            } catch (InvalidEntryException
                    | InvalidImageNameException
                    | InvalidConstraintException
                    | InvalidTagFilterException invalid) {
                problems.add(
                        new Problem(text.strip(), Objects.requireNonNull(invalid.getMessage())));
            }
        }
        return new ImageList(images, problems);
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
            var strategy = option(annotations, "update-strategy").strip().toLowerCase(Locale.ROOT);
            if (!strategy.isEmpty() && !strategy.equals("semver")) {
                throw new InvalidEntryException(
                        "The update strategy '%s' is not supported yet, only semver is"
                                .formatted(strategy));
            }
            return new TrackedImage(
                    alias,
                    ImageName.parse(image),
                    constraint.isEmpty()
                            ? SemverConstraint.ANY
                            : SemverConstraint.parse(constraint),
                    TagFilter.parse(
                            option(annotations, "allow-tags"), option(annotations, "ignore-tags")));
        }

        /// The entry's own annotation, or else the Application's.
        private String option(Map<String, String> annotations, String name) {
            var fallback = annotations.getOrDefault(PREFIX + name, "");
            return alias.map(
                            it -> annotations.getOrDefault(PREFIX + key(it) + "." + name, fallback))
                    .orElse(fallback);
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
