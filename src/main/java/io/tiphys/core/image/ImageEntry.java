package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.model.SemverConstraint;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// An image that somebody wants kept current, as it was written.
record ImageEntry(Optional<String> alias, String image, String constraint) {

    private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/-]*");
    private static final Pattern AGE = Pattern.compile("([0-9]{1,6})([dhms])");

    /// As Go reads them.
    private static final Set<String> BOOLEANS =
            Set.of("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False");

    /// Reads `[alias=]image[:constraint]`.
    static ImageEntry parse(String text) {
        var equals = text.indexOf('=');
        var colon = text.indexOf(':');
        // Behind a colon it belongs to the constraint: nginx:>=1.26
        var hasAlias = equals >= 0 && (colon < 0 || equals < colon);
        if (!hasAlias) {
            return parse(Optional.empty(), text);
        }
        var alias = text.substring(0, equals).strip();
        return parse(Optional.of(alias), text.substring(equals + 1).strip());
    }

    /// @param image with the constraint behind a colon
    static ImageEntry parse(Optional<String> alias, String image) {
        if (alias.isPresent() && !ALIAS.matches(alias.get())) {
            throw new InvalidEntryException(
                    "An alias starts with a letter or digit and holds only those and . _ - /");
        }
        if (image.contains("@")) {
            throw new InvalidEntryException(
                    "An image to update cannot name a digest; give a version constraint");
        }
        var suffix = ImageName.suffixAt(image);
        var constraint = suffix == image.length() ? "" : image.substring(suffix + 1).strip();
        return new ImageEntry(alias, image.substring(0, suffix).strip(), constraint);
    }

    /// @param options of this image, whoever says them
    TrackedImage track(ImageOptions options, RegistryNames names) {
        // A bad value is an error although nothing depends on it: what does not run is updated
        // all the same.
        bool("force-update", options.text("force-update"));
        var name = ImageName.parse(image);
        return new TrackedImage(
                alias,
                name,
                names.locate(name, image),
                image,
                strategy(options.text("update-strategy")),
                TagFilter.parse(options.text("allow-tags"), options.list("ignore-tags")),
                options.list("platforms").stream().map(Platform::parse).toList(),
                age(options.text("minimum-age")),
                options.said("pull-secret").map(PullSecret::parse),
                signer(options),
                keys(options));
    }

    private static Optional<Signer> signer(ImageOptions options) {
        var key = options.said("cosign-key").<Signer>map(Signer.Key::parse);
        var identity = options.said("cosign-identity").<Signer>map(Signer.Identity::parse);
        if (key.isPresent() && identity.isPresent()) {
            throw new InvalidEntryException(
                    "cosign-key and cosign-identity cannot both be given for one image");
        }
        return key.or(() -> identity);
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

    private static ImageKeys keys(ImageOptions options) {
        if (options.said("plugin.image-spec").isPresent()
                || options.said("plugin.image-name").isPresent()) {
            return new ImageKeys.Plugin(
                    options.said("plugin.image-name"),
                    options.said("plugin.image-tag"),
                    options.said("plugin.image-spec"));
        }
        var name = options.said("helm.image-name");
        var tag = options.said("helm.image-tag");
        var spec = options.said("helm.image-spec");
        var kustomize = options.said("kustomize.image-name");
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

    /// Of the annotations that are for this image alone.
    static String key(String alias) {
        return alias.replace('/', '_');
    }
}
