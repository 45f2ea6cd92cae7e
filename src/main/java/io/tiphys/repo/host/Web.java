package io.tiphys.repo.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads from one host, such as a repository's, and from hosts that it names. What the credential
/// says is shown to its own host alone, also when that sends us elsewhere.
public final class Web {

    private static final int MAX_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /// A body may take so many times as long as its host may be silent.
    private static final int PATIENCE = 10;

    private final String subject;
    private final GitCredential credential;
    private final WebHost host;
    private final Duration timeout;

    /// @param subject what is read there, for messages, such as `The repository ADDRESS`
    /// @param base of that host
    /// @param timeout the longest that a host may be silent
    /// @throws ManifestFailure if the base names no host
    public Web(String subject, URI base, GitCredential credential, Duration timeout) {
        this.subject = subject;
        if (base.getHost() == null) {
            throw failure("its address names no host", false);
        }
        this.credential = credential;
        this.timeout = timeout;
        this.host = new WebHost(base.getScheme(), base.getHost(), base.getPort(), credential);
    }

    /// What a host calls the state of a file that it sent; both empty if it said nothing.
    public record Version(String etag, String lastModified) {

        /// Heads of a question that is answered by 304 if that is still the state.
        public Map<String, String> unchanged() {
            var headers = new HashMap<String, String>();
            if (!etag.isEmpty()) {
                headers.put("If-None-Match", etag);
            }
            if (!lastModified.isEmpty()) {
                headers.put("If-Modified-Since", lastModified);
            }
            return headers;
        }
    }

    /// A host's answer. To be closed.
    public final class Answer implements AutoCloseable {

        private final HttpURLConnection connection;
        private final int status;
        private final long until = System.nanoTime() + timeout.multipliedBy(PATIENCE).toNanos();

        private Answer(HttpURLConnection connection, int status) {
            this.connection = connection;
            this.status = status;
        }

        /// Of HTTP.
        public int status() {
            return status;
        }

        /// Where it came from, after all redirects.
        public URI uri() {
            return URI.create(connection.getURL().toString());
        }

        /// Empty if there is none.
        public String header(String name) {
            var value = connection.getHeaderField(name);
            return value == null ? "" : value;
        }

        /// What to ask with the next time, so that the same is not sent again.
        public Version version() {
            return new Version(header("ETag"), header("Last-Modified"));
        }

        /// @param what it is, for messages
        /// @throws ManifestFailure if it is longer than allowed, or takes too long
        public byte[] bytes(String what, long maxBytes) {
            var bytes = new ByteArrayOutputStream();
            copy(what, maxBytes, bytes);
            return bytes.toByteArray();
        }

        /// As [#bytes], without holding it in memory.
        public void copy(String what, long maxBytes, OutputStream out) {
            try (var in = body(what, maxBytes)) {
                in.transferTo(out);
            } catch (IOException failure) {
                throw unreadable(failure, connection.getURL().getHost());
            }
        }

        /// A stream that fails when it is longer than allowed, or takes too long.
        public InputStream body(String what, long maxBytes) throws IOException {
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

    /// Readies a request for where it goes next.
    private interface Request {

        /// @throws ManifestFailure if it must not go there
        void to(HttpURLConnection connection, URL at) throws IOException;
    }

    /// @param authorization shown where it may be; empty for none
    /// @param alsoAt another place where it may be shown
    public Answer get(
            URI uri,
            Map<String, String> headers,
            Optional<String> authorization,
            Optional<WebHost> alsoAt) {
        return follow(
                uri,
                (connection, at) -> {
                    headers.forEach(connection::setRequestProperty);
                    authorization
                            .filter(_ -> mayBeShown(at, alsoAt))
                            .ifPresent(it -> connection.setRequestProperty("Authorization", it));
                });
    }

    /// @param secrets headers that are shown the repository's own host alone
    public Answer get(URI uri, Map<String, String> secrets) {
        return follow(
                uri,
                (connection, at) -> {
                    if (host.isAt(at)) {
                        secrets.forEach(connection::setRequestProperty);
                    }
                });
    }

    /// Asks the repository's own host something, and no other that it redirects to.
    public Answer post(URI uri, Map<String, String> headers, byte[] body) {
        return follow(
                uri,
                (connection, at) -> {
                    if (!host.isAt(at)) {
                        throw failure(
                                "it redirects to %s, where its credentials are not sent"
                                        .formatted(at.getHost()),
                                false);
                    }
                    headers.forEach(connection::setRequestProperty);
                    connection.setRequestMethod("POST");
                    connection.setDoOutput(true);
                    try (var out = connection.getOutputStream()) {
                        out.write(body);
                    }
                });
    }

    private Answer follow(URI uri, Request request) {
        var host = String.valueOf(uri.getHost());
        try {
            var at = uri.toURL();
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                host = at.getHost();
                var connection = this.host.open(at);
                connection.setInstanceFollowRedirects(false);
                connection.setConnectTimeout((int) timeout.toMillis());
                connection.setReadTimeout((int) timeout.toMillis());
                request.to(connection, at);
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

    /// Whether an address is that of a host on the web.
    public static boolean isWeb(URI uri) {
        return uri.getHost() != null
                && ("https".equalsIgnoreCase(uri.getScheme())
                        || "http".equalsIgnoreCase(uri.getScheme()));
    }

    /// Whether what is for the repository's own host may be sent to an address.
    public boolean isOwn(URI uri) {
        try {
            return isWeb(uri) && host.isAt(uri.toURL());
        } catch (IOException none) {
            return false;
        }
    }

    public GitCredential credential() {
        return credential;
    }

    /// How its host is reached, and others by the same way.
    public WebHost host() {
        return host;
    }

    /// Another host that the credential may be shown as well.
    public WebHost other(URI uri) {
        return new WebHost(uri.getScheme(), uri.getHost(), uri.getPort(), credential);
    }

    /// As the head `Authorization` has it; empty if nobody logs in.
    ///
    /// @throws ManifestFailure for a login that takes more than showing what the Secret has
    public Optional<String> login() {
        return switch (credential.login()) {
            case Login.Nobody _ -> Optional.empty();
            case Login.Password login ->
                    Optional.of(basic(login.user().text(), login.password().text()));
            case Login.Bearer login -> Optional.of("Bearer " + login.token().text());
            case Login.Azure _ -> throw unsupported("an identity of Azure", "registries alone");
            case Login.GoogleAccount _ ->
                    throw unsupported("gcpServiceAccountKey", "Git and registries alone");
            case Login.GitHubApp _ -> throw unsupported("githubAppPrivateKey", "Git alone");
            case Login.SshKey _ -> throw unsupported("sshPrivateKey", "Git alone");
        };
    }

    public static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private ManifestFailure unsupported(String login, String where) {
        return new ManifestFailure(
                "The Secret %s cannot be used: %s is for %s"
                        .formatted(credential.origin(), login, where));
    }

    /// What an answer means that is neither success nor anything that was asked for.
    ///
    /// @param what was not found, such as `index.yaml`
    public ManifestFailure refused(int status, String what) {
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
            case 407 -> failure(HostTrouble.ofProxy("407").orElseThrow());
            default ->
                    failure(
                            "its host answers %d for %s".formatted(status, what),
                            status == 429 || status >= 500);
        };
    }

    /// What went wrong with a host, in words.
    public ManifestFailure unreadable(Exception failure, String host) {
        return failure(
                HostTrouble.of(failure, host)
                        .or(() -> HostTrouble.ofProxy(String.valueOf(failure.getMessage())))
                        .orElseGet(
                                () -> new HostTrouble(String.valueOf(failure.getMessage()), true)));
    }

    private ManifestFailure failure(HostTrouble trouble) {
        return failure(trouble.reason(), trouble.passing());
    }

    /// @param reason a clause without an end
    public ManifestFailure failure(String reason, boolean passing) {
        return new ManifestFailure("%s cannot be read: %s".formatted(subject, reason), passing);
    }
}
