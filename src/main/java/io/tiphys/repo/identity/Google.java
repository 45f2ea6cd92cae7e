package io.tiphys.repo.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.PrivateKeys;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Tokens.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Gets the tokens that Google's cloud gives its service accounts, each for about an hour.
final class Google {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String FIELD = "gcpServiceAccountKey";
    private static final String USUAL_ENDPOINT = "https://oauth2.googleapis.com/token";
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    /// Google takes an hour at most.
    private static final Duration PROOF_LASTS = Duration.ofMinutes(50);

    private Google() {}

    /// The account's name.
    ///
    /// @param origin the Secret's name, for messages
    static String email(Login.GoogleAccount account, String origin) {
        return key(account, origin).path("client_email").asText();
    }

    static Token ask(Login.GoogleAccount account, String origin, WebHost way, Instant now) {
        var fields = key(account, origin);
        var address = fields.path("token_uri").asText();
        var url =
                TokenEndpoint.secret(address.isEmpty() ? USUAL_ENDPOINT : address)
                        .orElseThrow(
                                () -> unusable(origin, "has a token_uri that is not https://"));
        var key = PrivateKeys.pem(new Hidden(fields.path("private_key").asText()), FIELD, origin);
        var claims = Proof.claims(fields.path("client_email").asText(), now, PROOF_LASTS);
        claims.setAudience(url.toString());
        claims.setStringClaim("scope", SCOPE);
        var proof =
                Proof.signed(claims, key, fields.path("private_key_id").asText(), FIELD, origin);
        var endpoint = new TokenEndpoint(url, "the Google account of the Secret " + origin, way);
        return endpoint.token(
                endpoint.post(
                        Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                "assertion",
                                proof)),
                now);
    }

    private static JsonNode key(Login.GoogleAccount account, String origin) {
        JsonNode fields;
        try {
            fields = JSON.readTree(account.key().text());
        } catch (JacksonException malformed) {
            throw unusable(origin, "is no JSON");
        }
        if (!fields.path("type").asText().equals("service_account")) {
            throw unusable(origin, "must be of the type service_account");
        }
        if (fields.path("client_email").asText().isEmpty()) {
            throw unusable(origin, "has no client_email");
        }
        return fields;
    }

    private static ManifestFailure unusable(String origin, String reason) {
        return new ManifestFailure("%s of the Secret %s %s".formatted(FIELD, origin, reason));
    }
}
