package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.PrivateKeys;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jose4j.json.JsonUtil;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// Tokens that GitHub gives an installed App, each for about an hour. Asked for once however many
/// repositories want one, and kept until shortly before it expires.
final class GitHubTokens {

    private static final String GITHUB = "https://api.github.com";

    /// A fetch that has begun must not outlive its token.
    private static final Duration SPARE = Duration.ofMinutes(5);

    /// GitHub takes ten minutes at most, by its own clock.
    private static final Duration PROOF_LASTS = Duration.ofMinutes(8);

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);
    private static final int TIMEOUT_MILLIS = 15_000;
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private final InstantSource clock;
    private final Map<Login.GitHubApp, Slot> slots = new ConcurrentHashMap<>();

    /// Guarded by itself: who waits finds the token of who was first.
    private static final class Slot {
        private @Nullable Token token;
    }

    private record Token(String text, Instant expires) {}

    /// Opens connections as the App's Secret wants them.
    interface Opener {
        HttpURLConnection open(URL url) throws IOException;
    }

    GitHubTokens(InstantSource clock) {
        this.clock = clock;
    }

    /// @param origin the Secret's name, for messages
    /// @throws ManifestFailure if there is none to be had
    String get(Login.GitHubApp app, String origin, Opener opener) {
        var slot = slots.computeIfAbsent(app, _ -> new Slot());
        synchronized (slot) {
            var known = slot.token;
            if (known == null || known.expires().isBefore(clock.instant().plus(SPARE))) {
                known = ask(app, origin, opener);
                slot.token = known;
            }
            return known.text();
        }
    }

    /// After a host refused it.
    void forget(Login.GitHubApp app) {
        slots.remove(app);
    }

    private Token ask(Login.GitHubApp app, String origin, Opener opener) {
        var url = url(app, origin);
        var proof = proof(app, origin);
        try {
            var connection = opener.open(url);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Authorization", "Bearer " + proof);
            connection.setRequestProperty("Accept", "application/vnd.github+json");
            connection.setFixedLengthStreamingMode(0);
            connection.setDoOutput(true);
            connection.getOutputStream().close();
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_CREATED) {
                throw refused(origin, url, status);
            }
            try (var body = connection.getInputStream()) {
                return token(new String(body.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8));
            }
        } catch (IOException | JoseException | DateTimeException unanswered) {
            // What it answered may hold the token.
            throw new ManifestFailure(
                    "%s gives no token for the GitHub App of the Secret %s: %s"
                            .formatted(
                                    url.getHost(), origin, unanswered.getClass().getSimpleName()),
                    true);
        }
    }

    private static Token token(String answer) throws JoseException {
        var fields = JsonUtil.parseJson(answer);
        return new Token(
                String.valueOf(fields.get("token")),
                Instant.parse(String.valueOf(fields.get("expires_at"))));
    }

    private static ManifestFailure refused(String origin, URL url, int status) {
        var reason =
                switch (status) {
                    case HttpURLConnection.HTTP_UNAUTHORIZED ->
                            "githubAppID and githubAppPrivateKey do not belong together, or the key"
                                    + " was revoked";
                    case HttpURLConnection.HTTP_FORBIDDEN -> "the installation is suspended";
                    case HttpURLConnection.HTTP_NOT_FOUND ->
                            "it has no such githubAppInstallationID of this App";
                    default -> "it answered " + status;
                };
        return new ManifestFailure(
                "%s gives no token for the GitHub App of the Secret %s: %s"
                        .formatted(url.getHost(), origin, reason),
                status >= HttpURLConnection.HTTP_INTERNAL_ERROR);
    }

    private static URL url(Login.GitHubApp app, String origin) {
        if (!isNumber(app.app()) || !isNumber(app.installation())) {
            throw new ManifestFailure(
                    "githubAppID and githubAppInstallationID of the Secret %s must be numbers"
                            .formatted(origin));
        }
        var base = app.baseUrl().isBlank() ? GITHUB : app.baseUrl().strip();
        try {
            return URI.create(
                            "%s/app/installations/%s/access_tokens"
                                    .formatted(
                                            base.replaceFirst("/+$", ""),
                                            app.installation().strip()))
                    .toURL();
        } catch (IllegalArgumentException | IOException malformed) {
            throw new ManifestFailure(
                    "githubAppEnterpriseBaseUrl of the Secret %s is no URL".formatted(origin));
        }
    }

    private static boolean isNumber(String text) {
        return text.strip().matches("[0-9]+");
    }

    /// That we are the App.
    private String proof(Login.GitHubApp app, String origin) {
        var now = clock.instant();
        var claims = new JwtClaims();
        claims.setIssuer(app.app().strip());
        claims.setIssuedAt(date(now.minus(CLOCKS_DIFFER)));
        claims.setExpirationTime(date(now.plus(PROOF_LASTS)));
        var signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKey(PrivateKeys.pem(app.privateKey(), "githubAppPrivateKey", origin));
        try {
            return signature.getCompactSerialization();
        } catch (JoseException unfit) {
            throw new ManifestFailure(
                    "githubAppPrivateKey of the Secret %s is no RSA key of 2048 bits or more"
                            .formatted(origin));
        }
    }

    private static NumericDate date(Instant instant) {
        return NumericDate.fromSeconds(instant.getEpochSecond());
    }
}
