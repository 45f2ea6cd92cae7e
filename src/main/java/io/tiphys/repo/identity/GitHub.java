package io.tiphys.repo.identity;

import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.PrivateKeys;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Tokens.Token;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Gets the tokens that GitHub gives an installed App, each for about an hour.
final class GitHub {

    private static final String GITHUB = "https://api.github.com";

    /// GitHub takes ten minutes at most, by its own clock.
    private static final Duration PROOF_LASTS = Duration.ofMinutes(8);

    private GitHub() {}

    /// @param origin the Secret's name, for messages
    static Token ask(Login.GitHubApp app, String origin, WebHost way, Instant now) {
        var api =
                new TokenEndpoint(url(app, origin), "the GitHub App of the Secret " + origin, way);
        var answer =
                api.post(
                        Map.of(
                                "Authorization",
                                "Bearer " + proof(app, origin, now),
                                "Accept",
                                "application/vnd.github+json"),
                        "");
        if (answer.status() != HttpURLConnection.HTTP_CREATED) {
            throw refused(api, answer);
        }
        try {
            return api.token(
                    answer.fields().path("token").asText(),
                    Instant.parse(answer.fields().path("expires_at").asText()));
        } catch (DateTimeException none) {
            throw api.failure("its answer holds none", true);
        }
    }

    private static ManifestFailure refused(TokenEndpoint api, TokenEndpoint.Answer answer) {
        return switch (answer.status()) {
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                    api.failure(
                            "githubAppID and githubAppPrivateKey do not belong together, or the key"
                                    + " was revoked",
                            false);
            case HttpURLConnection.HTTP_FORBIDDEN ->
                    api.failure("the installation is suspended", false);
            case HttpURLConnection.HTTP_NOT_FOUND ->
                    api.failure("it has no such githubAppInstallationID of this App", false);
            default -> api.refused(answer);
        };
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
    private static String proof(Login.GitHubApp app, String origin, Instant now) {
        var key = PrivateKeys.pem(app.privateKey(), "githubAppPrivateKey", origin);
        var claims = Proof.claims(app.app().strip(), now, PROOF_LASTS);
        return Proof.signed(claims, key, "", "githubAppPrivateKey", origin);
    }
}
