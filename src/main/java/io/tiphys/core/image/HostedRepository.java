package io.tiphys.core.image;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/// A repository as its host knows it, beside Git.
///
/// @param web the host's own address, without a path
/// @param path of the repository there, without slashes at its ends and without `.git`
/// @param api where its API is asked
public record HostedRepository(HostKind kind, URI web, String path, URI api) {

    private static final String AZURE_SSH = "ssh.dev.azure.com";

    /// @param url as an Application has it
    /// @param kind empty if the host's name tells
    /// @param api as somebody wrote it, empty for where it usually is
    /// @throws InvalidHostException if that cannot be
    static HostedRepository of(String url, Optional<HostKind> kind, String api) {
        var address = address(url);
        var web = web(address);
        var path = address.getPath().replaceAll("^/+|/+$", "").replaceFirst("\\.git$", "");
        if (address.getHost().equals(AZURE_SSH)) {
            path = path.replaceFirst("^v3/([^/]+)/([^/]+)/", "$1/$2/_git/");
        }
        var known =
                kind.or(() -> HostKind.at(web.getHost()))
                        .orElseThrow(
                                () ->
                                        new InvalidHostException(
                                                "the name %s does not tell which kind of host it is: say one of %s"
                                                        .formatted(
                                                                web.getHost(), HostKind.names())));
        var asked = api.isEmpty() ? usual(known, web, path) : given(api, web);
        return new HostedRepository(known, web, below(asked, path), asked);
    }

    private static URI address(String url) {
        var text = url.strip();
        int colon = text.indexOf(':');
        int slash = text.indexOf('/');
        boolean scp = !text.contains("://") && colon > 0 && (slash < 0 || colon < slash);
        try {
            var address =
                    new URI(
                            scp
                                    ? "ssh://%s/%s"
                                            .formatted(
                                                    text.substring(0, colon),
                                                    text.substring(colon + 1))
                                    : text);
            if (address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException none) {
            // As any other that names no host.
        }
        throw new InvalidHostException("the repository's address names no host");
    }

    /// Over SSH nothing is said of the web: there it is where one would look for it.
    private static URI web(URI address) {
        var host = address.getHost().toLowerCase(Locale.ROOT);
        var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return URI.create("https://" + (host.equals(AZURE_SSH) ? "dev.azure.com" : host));
        }
        var port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return URI.create(scheme + "://" + host + port);
    }

    private static URI usual(HostKind kind, URI web, String path) {
        var host = web.getHost();
        return switch (kind) {
            case GITHUB ->
                    host.equals("github.com") || host.endsWith(".ghe.com")
                            ? URI.create("https://api." + host)
                            : web.resolve("/api/v3");
            case GITLAB -> web.resolve("/api/v4");
            case GITEA -> web.resolve("/api/v1");
            case BITBUCKET -> URI.create("https://api." + host + "/2.0");
            case BITBUCKET_SERVER -> {
                int scm = ("/" + path).indexOf("/scm/");
                yield URI.create(
                        web + ("/" + path).substring(0, Math.max(scm, 0)) + "/rest/api/latest");
            }
            case AZURE_DEVOPS, GERRIT -> web;
        };
    }

    /// Who may name it does not own the credentials that are shown there: so it must be with the
    /// repository, or beside it under the name that APIs have.
    private static URI given(String api, URI web) {
        try {
            var uri = new URI(api.strip().replaceFirst("/+$", ""));
            var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            var host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
            boolean encrypted =
                    scheme.equals("https")
                            || (scheme.equals("http") && "http".equals(web.getScheme()));
            if (encrypted
                    && uri.getUserInfo() == null
                    && (host.equals(web.getHost()) || host.equals("api." + web.getHost()))) {
                return uri;
            }
        } catch (URISyntaxException none) {
            // As any other that it cannot be.
        }
        throw new InvalidHostException(
                "the API must be asked at the repository's own host, %s, or at api.%s"
                        .formatted(web.getHost(), web.getHost()));
    }

    /// A host that is not at the root of its server has repositories below where it is.
    private static String below(URI api, String path) {
        int end = api.getPath().indexOf("/api/");
        var root = end <= 0 ? "" : api.getPath().substring(1, end) + "/";
        return path.startsWith(root) ? path.substring(root.length()) : path;
    }

    /// A host that cannot be asked.
    static final class InvalidHostException extends RuntimeException {

        private static final long serialVersionUID = 1;

        InvalidHostException(String message) {
            super(message);
        }
    }
}
