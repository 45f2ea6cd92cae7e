package io.tiphys.webhook.registry;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Proof;
import java.net.URI;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jose4j.http.Get;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;

/// A token that Google signed for the service account that a Pub/Sub subscription delivers as.
/// Whoever has an account of Google's gets tokens for any audience, so it is the account's address
/// that tells our subscription from everybody's.
final class GoogleToken implements Proof {

    private static final Logger LOG = Logger.getLogger(GoogleToken.class);

    private static final String AUDIENCE = "webhook.gar.audience";
    private static final String EMAIL = "webhook.gar.email";
    private static final String SCHEME = "Bearer ";

    /// Google's are a little over a thousand characters.
    private static final int LONGEST = 8 * 1024;

    private static final int LEEWAY_SECONDS = 60;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 5_000;
    private static final int MAX_KEYS_BYTES = 256 * 1024;

    private final VerificationKeyResolver keys;

    /// @param betweenLooks how often an unknown key may make us look for new ones
    GoogleToken(URI location, Duration betweenLooks) {
        var http = new Get();
        http.setConnectTimeout(CONNECT_MILLIS);
        http.setReadTimeout(READ_MILLIS);
        http.setRetries(0);
        http.setResponseBodySizeLimit(MAX_KEYS_BYTES);
        var published = new HttpsJwks(location.toString());
        published.setSimpleHttpGet(http);
        published.setRefreshReprieveThreshold(betweenLooks.toMillis());
        keys = new HttpsJwksVerificationKeyResolver(published);
    }

    @Override
    public String key() {
        return AUDIENCE + " or " + EMAIL;
    }

    @Override
    public String inWords() {
        return "Google's token in the header Authorization";
    }

    /// Both or nothing: without the address, tokens for other people's accounts would do.
    @Override
    public boolean isSetUp(Settings settings) {
        return !settings.values(AUDIENCE).isEmpty() && !settings.values(EMAIL).isEmpty();
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public boolean holds(Delivery delivery, Settings settings) {
        var authorization = delivery.header("Authorization");
        if (!isSetUp(settings)
                || authorization.length() > LONGEST
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        try {
            var token = authorization.substring(SCHEME.length()).strip();
            return isOfOurs(consumer(settings).processToClaims(token), settings);
        } catch (InvalidJwtException | MalformedClaimException reason) {
            // The reasons as numbers: in words they quote the token.
            LOG.debugf(
                    "A token is refused for %s",
                    reason instanceof InvalidJwtException invalid
                            ? invalid.getErrorDetails().stream()
                                    .map(it -> it.getErrorCode())
                                    .toList()
                            : "a claim of another type");
            return false;
        }
    }

    private JwtConsumer consumer(Settings settings) {
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(keys)
                .setJwsAlgorithmConstraints(
                        ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
                .setExpectedIssuers(true, "https://accounts.google.com", "accounts.google.com")
                .setExpectedAudience(true, settings.values(AUDIENCE).toArray(String[]::new))
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(LEEWAY_SECONDS)
                .build();
    }

    private static boolean isOfOurs(JwtClaims claims, Settings settings)
            throws MalformedClaimException {
        return claims.hasClaim("email")
                && Boolean.TRUE.equals(claims.getClaimValue("email_verified", Boolean.class))
                && settings.values(EMAIL).contains(claims.getStringClaimValue("email"));
    }
}
