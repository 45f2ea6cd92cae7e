package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.HostTrouble;
import io.tiphys.repo.host.WebHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads from the host of one repository, and from hosts that it names. What the credential says
/// is shown to the repository's own host alone, also when that sends us elsewhere.
final class Web {

    private static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /// A body may take so many times as long as its host may be silent.
    private static final int PATIENCE = 10;

    private final String shown;
    private final GitCredential credential;
    private final WebHost host;
    private final Duration timeout;

    /// @param shown what it is and its address, for messages
    /// @param base of that host
    /// @param timeout the longest that a host may be silent
    Web(String shown, URI base, GitCredential credential, Duration timeout) {
        if (base.getHost() == null) {
            throw new ManifestFailure(shown + " cannot be read: its address names no host");
        }
        this.shown = shown;
        this.credential = credential;
        this.timeout = timeout;
        this.host = new WebHost(base.getScheme(), base.getHost(), base.getPort(), credential);
    }

    /// A host's answer. To be closed.
    final class Answer implements AutoCloseable {

        private final HttpURLConnection connection;
        private final int status;
        private final long until = System.nanoTime() + timeout.multipliedBy(PATIENCE).toNanos();

        private Answer(HttpURLConnection connection, int status) {
            this.connection = connection;
            this.status = status;
        }

        int status() {
            return status;
        }

        URI uri() {
            return URI.create(connection.getURL().toString());
        }

        /// Empty if there is none.
        String header(String name) {
            var value = connection.getHeaderField(name);
            return value == null ? "" : value;
        }

        /// @param what it is, for messages
        byte[] bytes(String what, long maxBytes) {
            var bytes = new ByteArrayOutputStream();
            copy(what, maxBytes, bytes);
            return bytes.toByteArray();
        }

        void copy(String what, long maxBytes, OutputStream out) {
            try (var in = body(what, maxBytes)) {
                in.transferTo(out);
            } catch (IOException failure) {
                throw unreadable(failure, connection.getURL().getHost());
            }
        }

        /// A stream that fails when it is longer than allowed, or takes too long.
        InputStream body(String what, long maxBytes) throws IOException {
            if (connection.getContentLengthLong() > maxBytes) {
                throw tooLarge(what, maxBytes);
            }
            return new Bounded(
                    connection.getInputStream(),
                    maxBytes,
                    () -> tooLarge(what, maxBytes),
                    () -> {
                        if (System.nanoTime() - until > 0) {
                            throw failure(what + " takes too long", true);
                        }
                    });
        }

        private ManifestFailure tooLarge(String what, long maxBytes) {
            return failure("%s is larger than %d bytes".formatted(what, maxBytes), false);
        }

        @Override
        public void close() {
            // What is not read to its end cannot be used again.
            connection.disconnect();
        }
    }

    /// @param authorization shown where it may be; empty for none
    /// @param alsoAt another place where it may be shown
    Answer get(
            URI uri,
            Map<String, String> headers,
            Optional<String> authorization,
            Optional<WebHost> alsoAt) {
        var host = String.valueOf(uri.getHost());
        try {
            var at = uri.toURL();
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                host = at.getHost();
                var connection = this.host.open(at);
                connection.setInstanceFollowRedirects(false);
                connection.setConnectTimeout((int) timeout.toMillis());
                connection.setReadTimeout((int) timeout.toMillis());
                headers.forEach(connection::setRequestProperty);
                if (authorization.isPresent() && mayBeShown(at, alsoAt)) {
                    connection.setRequestProperty("Authorization", authorization.get());
                }
                int status = connection.getResponseCode();
                if (!REDIRECTS.contains(status)) {
                    return new Answer(connection, status);
                }
                var next = target(at, connection.getHeaderField("Location"));
                connection.disconnect();
                at = next;
            }
            throw failure("it redirects more than %d times".formatted(MAX_REDIRECTS), false);
        } catch (IOException | IllegalArgumentException failure) {
            throw unreadable(failure, host);
        }
    }

    private boolean mayBeShown(URL url, Optional<WebHost> alsoAt) {
        return host.isAt(url) || alsoAt.filter(it -> it.isAt(url)).isPresent();
    }

    private URL target(URL from, String location) throws IOException {
        try {
            var target = from.toURI().resolve(location == null ? "" : location);
            boolean downgrade =
                    from.getProtocol().equals("https") && !"https".equals(target.getScheme());
            if (downgrade || !isWeb(target)) {
                throw failure("it redirects to what is no encrypted address on the web", false);
            }
            return target.toURL();
        } catch (URISyntaxException | IllegalArgumentException none) {
            throw failure("it redirects to what is no address", false);
        }
    }

    static boolean isWeb(URI uri) {
        return uri.getHost() != null
                && ("https".equalsIgnoreCase(uri.getScheme())
                        || "http".equalsIgnoreCase(uri.getScheme()));
    }

    /// Whether what is for the repository's own host may be sent to an address.
    boolean isOwn(URI uri) {
        try {
            return isWeb(uri) && host.isAt(uri.toURL());
        } catch (IOException none) {
            return false;
        }
    }

    /// Another host that the credential may be shown as well.
    WebHost other(URI uri) {
        return new WebHost(uri.getScheme(), uri.getHost(), uri.getPort(), credential);
    }

    /// As the head `Authorization` has it; empty if nobody logs in.
    Optional<String> login() {
        return switch (credential.login()) {
            case Login.Nobody _ -> Optional.empty();
            case Login.Password login ->
                    Optional.of(
                            "Basic "
                                    + Base64.getEncoder()
                                            .encodeToString(
                                                    (login.user().text()
                                                                    + ":"
                                                                    + login.password().text())
                                                            .getBytes(UTF_8)));
            case Login.Bearer login -> Optional.of("Bearer " + login.token().text());
            case Login.Unsupported login -> throw unsupported(login.field());
            case Login.GitHubApp _ -> throw unsupported("githubAppPrivateKey");
            case Login.SshKey _ -> throw unsupported("sshPrivateKey");
        };
    }

    private ManifestFailure unsupported(String field) {
        return new ManifestFailure(
                "The Secret %s cannot be used: %s is not supported for charts"
                        .formatted(credential.origin(), field));
    }

    /// What an answer means that is neither success nor anything that was asked for.
    ///
    /// @param what was not found, such as `index.yaml`
    ManifestFailure refused(int status, String what) {
        var whose = credential.isNobodys() ? "" : "of the Secret " + credential.origin();
        return switch (status) {
            case 401 -> failure(HostTrouble.unauthorized(whose));
            case 403 ->
                    failure(
                            HostTrouble.forbidden(
                                    whose.isEmpty()
                                            ? "whom it does not know, and there are no credentials"
                                                    + " for it that the project may use"
                                            : "the credentials " + whose));
            case 404 -> failure("it has no " + what, false);
            default ->
                    failure(
                            "its host answers %d for %s".formatted(status, what),
                            status == 429 || status >= 500);
        };
    }

    ManifestFailure unreadable(Exception failure, String host) {
        return failure(
                HostTrouble.of(failure, host)
                        .orElseGet(
                                () -> new HostTrouble(String.valueOf(failure.getMessage()), true)));
    }

    private ManifestFailure failure(HostTrouble trouble) {
        return failure(trouble.reason(), trouble.passing());
    }

    ManifestFailure failure(String reason, boolean passing) {
        return new ManifestFailure("%s cannot be read: %s".formatted(shown, reason), passing);
    }
}
