package io.tiphys.core.image;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where an image lives, with the tag and digest that were asked for, spelled out the way container
/// runtimes do: `nginx` is `docker.io/library/nginx`.
///
/// A missing tag stays missing; it is not turned into `latest`.
public record ImageName(
        String registry, String repository, Optional<String> tag, Optional<String> digest) {

    static final String DOCKER_HUB = "docker.io";
    private static final int LONGEST = 1_000;
    private static final int LONGEST_REPOSITORY = 255;

    // Nothing is given back that was matched once, so that long text takes no longer than it is.
    private static final String HOST_PART = "[a-zA-Z0-9]++(?:-++[a-zA-Z0-9]++)*+";
    private static final Pattern REGISTRY =
            Pattern.compile(
                    "(?:%s(?:\\.%s)*+|\\[[a-fA-F0-9:]++\\])(?::[0-9]++)?"
                            .formatted(HOST_PART, HOST_PART));
    private static final String PATH_PART = "[a-z0-9]++(?:(?:[._]|__|-++)[a-z0-9]++)*+";
    private static final Pattern REPOSITORY =
            Pattern.compile("%s(?:/%s)*+".formatted(PATH_PART, PATH_PART));
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}+");
    private static final Pattern DIGEST =
            Pattern.compile("sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}");
    private static final Pattern IMAGE_ID = Pattern.compile("[a-f0-9]{64}");

    public ImageName {
        if (!REGISTRY.matcher(registry).matches()) {
            throw invalid("its registry is not a host name with an optional port");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw invalid(
                    repository.equals(repository.toLowerCase(Locale.ROOT))
                            ? "its repository is malformed"
                            : "its repository must be in lower case");
        }
        if (repository.length() > LONGEST_REPOSITORY) {
            throw invalid("its repository has more than " + LONGEST_REPOSITORY + " characters");
        }
        if (tag.isPresent() && !isTag(tag.get())) {
            throw invalid("its tag is malformed");
        }
        if (digest.isPresent() && !isDigest(digest.get())) {
            throw invalid("its digest is not one of sha256, sha384 or sha512");
        }
    }

    /// Reads `[registry/]repository[:tag][@digest]`.
    public static ImageName parse(String text) {
        if (text.length() > LONGEST) {
            throw invalid("it has more than " + LONGEST + " characters");
        }
        try {
            return split(text);
        } catch (InvalidImageNameException reason) {
            throw new InvalidImageNameException(
                    "'%s' is not an image name: %s".formatted(text, reason.getMessage()));
        }
    }

    /// Whether the text may stand behind the colon of an image name.
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    public static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    /// The same for all spellings of one repository, such as `docker.io/library/nginx`.
    public String canonicalRepository() {
        return registry.toLowerCase(Locale.ROOT) + "/" + repository;
    }

    @Override
    public String toString() {
        return registry
                + "/"
                + repository
                + tag.map(it -> ":" + it).orElse("")
                + digest.map(it -> "@" + it).orElse("");
    }

    private static ImageName split(String text) {
        if (text.isEmpty()) {
            throw invalid("it is empty");
        }
        if (IMAGE_ID.matcher(text).matches()) {
            throw invalid("it is the id of an image");
        }
        var suffix = suffixAt(text);
        var at = text.indexOf('@');
        var name = text.substring(0, suffix);
        var tag =
                suffix < text.length() && text.charAt(suffix) == ':'
                        ? Optional.of(text.substring(suffix + 1, at < 0 ? text.length() : at))
                        : Optional.<String>empty();
        var digest = at < 0 ? Optional.<String>empty() : Optional.of(text.substring(at + 1));

        var slash = name.indexOf('/');
        if (slash < 0 || !isRegistry(name.substring(0, slash))) {
            return onDockerHub(name, tag, digest);
        }
        var registry = name.substring(0, slash);
        var repository = name.substring(slash + 1);
        return switch (registry.toLowerCase(Locale.ROOT)) {
            case DOCKER_HUB, "index.docker.io", "registry-1.docker.io" ->
                    onDockerHub(repository, tag, digest);
            default -> new ImageName(registry, repository, tag, digest);
        };
    }

    /// Whether the text says on which registry the image is.
    static boolean namesRegistry(String text) {
        int slash = text.indexOf('/');
        return slash >= 0 && isRegistry(text.substring(0, slash));
    }

    /// Where the tag or the digest starts, or else the end: the first colon in the last path
    /// segment, for one before it belongs to a port.
    static int suffixAt(String text) {
        var at = text.indexOf('@');
        var end = at < 0 ? text.length() : at;
        var colon = text.indexOf(':', text.lastIndexOf('/', end) + 1);
        return colon < 0 || colon > end ? end : colon;
    }

    /// What stands before the first slash is a host only if it cannot be part of a path.
    private static boolean isRegistry(String first) {
        return first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static ImageName onDockerHub(
            String repository, Optional<String> tag, Optional<String> digest) {
        return new ImageName(
                DOCKER_HUB,
                repository.contains("/") ? repository : "library/" + repository,
                tag,
                digest);
    }

    private static InvalidImageNameException invalid(String reason) {
        return new InvalidImageNameException(reason);
    }
}
