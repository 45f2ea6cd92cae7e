package io.tiphys.core.image;

import io.tiphys.core.model.Fields;
import io.tiphys.core.model.GoDuration;
import io.tiphys.core.model.InvalidSpecException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// One registry of `registries.conf`.
///
/// @param name by which messages call it
/// @param prefix what its images' names start with: a host, and perhaps folders
/// @param api where it is asked; empty for its host itself, encrypted
/// @param insecure whether any certificate is believed
/// @param authorities the certificates in PEM that its own may rest on; empty for the usual ones
/// @param expires for how long what a program printed is used
/// @param perSecond how often it is asked at most; zero for no limit
/// @param usual whether images are there that name no registry
/// @param folder of images that name none; empty if there is no such
public record RegistryEntry(
        String name,
        String prefix,
        Optional<URI> api,
        boolean insecure,
        String authorities,
        Optional<CredentialSource> credentials,
        Duration expires,
        int perSecond,
        TagOrder order,
        boolean usual,
        String folder) {

    /// What Argo CD Image Updater asks a registry of which nothing is said.
    public static final int USUAL_PER_SECOND = 20;

    private static final Duration USUAL_EXPIRY = Duration.ofMinutes(10);
    private static final int MOST_PER_SECOND = 10_000;
    private static final Optional<String> NONE = Optional.empty();

    /// @throws InvalidSpecException if it cannot be used
    static RegistryEntry read(Fields fields) {
        var name = fields.string("name").strip();
        if (name.isEmpty()) {
            throw new InvalidSpecException("a registry has no name");
        }
        try {
            return read(name, fields);
        } catch (InvalidSpecException invalid) {
            throw new InvalidSpecException("%s: %s".formatted(name, invalid.getMessage()));
        }
    }

    private static RegistryEntry read(String name, Fields fields) {
        if (!fields.string("ca_file").isEmpty()) {
            throw new InvalidSpecException(
                    "ca_file is not read: give ca_data, or put the certificate into the ConfigMap"
                            + " argocd-tls-certs-cm");
        }
        var prefix = prefix(fields.string("prefix").strip());
        boolean usual = flag(fields, "default");
        if (usual && prefix.contains("/")) {
            throw new InvalidSpecException("a default registry's prefix is a host alone");
        }
        return new RegistryEntry(
                name,
                prefix,
                Optional.of(fields.string("api_url").strip())
                        .filter(it -> !it.isEmpty())
                        .map(RegistryEntry::api),
                flag(fields, "insecure"),
                fields.string("ca_data"),
                credentials(fields.string("credentials").strip()),
                expires(fields.string("credsexpire").strip()),
                perSecond(fields),
                order(fields.string("tagsortmode").strip()),
                usual,
                folder(fields.string("defaultns").strip()));
    }

    private static String prefix(String text) {
        if (text.isEmpty()) {
            throw new InvalidSpecException("prefix is missing");
        }
        int slash = text.indexOf('/');
        var host = slash < 0 ? text : text.substring(0, slash);
        try {
            var name = new ImageName(host, "x" + text.substring(host.length()), NONE, NONE);
            var folders = name.repository().substring(1);
            var registry = host.toLowerCase(Locale.ROOT);
            return switch (registry) {
                case "index.docker.io", "registry-1.docker.io" -> ImageName.DOCKER_HUB + folders;
                default -> registry + folders;
            };
        } catch (InvalidImageNameException none) {
            throw new InvalidSpecException(
                    "prefix must be what images' names start with, and is '%s'".formatted(text));
        }
    }

    private static URI api(String text) {
        try {
            var uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException none) {
            // As any other that is none. It is not shown: a password may be in it.
        }
        throw new InvalidSpecException(
                "api_url must be an address with http:// or https://, without user and password");
    }

    private static Optional<CredentialSource> credentials(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var source = CredentialSource.parse(text);
        if (source.isEmpty()) {
            // What else stands there may be a password that was put in the wrong place.
            throw new InvalidSpecException(
                    "credentials must be pullsecret:<namespace>/<name>,"
                            + " secret:<namespace>/<name>#<field>, env:<variable> or ext:<absolute"
                            + " path>");
        }
        return source;
    }

    private static Duration expires(String text) {
        if (text.isEmpty()) {
            return USUAL_EXPIRY;
        }
        return GoDuration.parse(text)
                .filter(Duration::isPositive)
                .orElseThrow(
                        () ->
                                new InvalidSpecException(
                                        "credsexpire must be a time such as 30m or 12h, and is '%s'"
                                                .formatted(text)));
    }

    private static int perSecond(Fields fields) {
        if (!fields.has("limit")) {
            return USUAL_PER_SECOND;
        }
        long limit = fields.number("limit");
        if (limit < 0 || limit > MOST_PER_SECOND) {
            throw new InvalidSpecException(
                    "limit must be between 0 and %d, and is %d".formatted(MOST_PER_SECOND, limit));
        }
        return (int) limit;
    }

    private static TagOrder order(String text) {
        return switch (text) {
            case "", "none" -> TagOrder.NONE;
            case "latest-first" -> TagOrder.NEWEST_FIRST;
            case "latest-last" -> TagOrder.NEWEST_LAST;
            default ->
                    throw new InvalidSpecException(
                            "tagsortmode must be latest-first, latest-last or none, and is '%s'"
                                    .formatted(text));
        };
    }

    private static String folder(String text) {
        try {
            var _ = new ImageName(ImageName.DOCKER_HUB, text.isEmpty() ? "x" : text, NONE, NONE);
            return text;
        } catch (InvalidImageNameException none) {
            throw new InvalidSpecException(
                    "defaultns must be a folder of the registry, and is '%s'".formatted(text));
        }
    }

    /// The older words of YAML, which Argo CD Image Updater reads as well.
    private static boolean flag(Fields fields, String name) {
        if (fields.tree().get(name) instanceof String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "yes", "y", "on" -> true;
                case "no", "n", "off" -> false;
                default -> fields.bool(name);
            };
        }
        return fields.bool(name);
    }

    /// Whether an image is its.
    ///
    /// @param repository canonical
    boolean has(String repository) {
        return repository.startsWith(prefix + "/");
    }
}
