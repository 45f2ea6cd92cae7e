package io.tiphys.webhook.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.webhook.MalformedDeliveryException;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An image as package URLs name it: `pkg:oci/app@sha256:…?repository_url=host/team/app&tag=1.2`
/// or `pkg:docker/team/app@1.2?repository_url=host`.
record PackageUrl(ImageRepository repository, Field tag, Field digest) {

    private static final String SCHEME = "pkg:";

    static boolean isOne(Field field) {
        return field.text().startsWith(SCHEME);
    }

    /// Empty if it names no image.
    ///
    /// @throws MalformedDeliveryException if it is no package URL, or too little of one
    static Optional<PackageUrl> read(Field url) {
        if (!isOne(url)) {
            throw malformed(url);
        }
        var text = url.text().substring(SCHEME.length());
        int question = text.indexOf('?');
        var path = question < 0 ? text : text.substring(0, question);
        int slash = path.indexOf('/');
        if (slash < 0) {
            throw malformed(url);
        }
        var qualifiers = qualifiers(url, question < 0 ? "" : text.substring(question + 1));
        int at = path.lastIndexOf('@');
        var name = decode(url, path.substring(slash + 1, at < slash ? path.length() : at));
        var version = url.with(at < slash ? "" : decode(url, path.substring(at + 1)));
        var host = url.with(qualifiers.getOrDefault("repository_url", ""));
        var tag = url.with(qualifiers.getOrDefault("tag", ""));
        return switch (path.substring(0, slash).toLowerCase(Locale.ROOT)) {
            case "oci" -> Optional.of(ofOci(host, tag, version));
            case "docker" -> Optional.of(ofDocker(host, url.with(name), tag, version));
            default -> Optional.empty();
        };
    }

    /// The repository's URL has its whole path; some write the tag behind it, too.
    private static PackageUrl ofOci(Field repositoryUrl, Field tag, Field version) {
        var reference = ImageReference.of(ImageReference.withoutScheme(repositoryUrl));
        return new PackageUrl(
                ImageRepository.of(reference.name()), tag.or(reference.tag()), version);
    }

    private static PackageUrl ofDocker(Field host, Field name, Field tag, Field version) {
        boolean isDigest = version.text().startsWith("sha256:");
        return new PackageUrl(
                new ImageRepository(
                        ImageReference.hostOf(host).or(Field.known(ImageRepository.DOCKER_HUB)),
                        name),
                isDigest ? tag : version,
                isDigest ? version : Field.ABSENT);
    }

    private static Map<String, String> qualifiers(Field url, String text) {
        var qualifiers = new HashMap<String, String>();
        int end = text.indexOf('#');
        for (var pair : (end < 0 ? text : text.substring(0, end)).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                qualifiers.put(
                        pair.substring(0, equals).toLowerCase(Locale.ROOT),
                        decode(url, pair.substring(equals + 1)));
            }
        }
        return qualifiers;
    }

    private static String decode(Field url, String text) {
        try {
            // A plus is a plus here.
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException _) {
            throw malformed(url);
        }
    }

    private static MalformedDeliveryException malformed(Field url) {
        return new MalformedDeliveryException(
                url.subject() + " should be a package URL, such as pkg:oci/name@digest");
    }
}
