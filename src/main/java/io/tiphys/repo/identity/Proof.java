package io.tiphys.repo.identity;

import io.tiphys.repo.ManifestFailure;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/// Says who we are by a signature, as a JSON Web Token.
final class Proof {

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private Proof() {}

    /// @param issuer who we are
    static JwtClaims claims(String issuer, Instant now, Duration lasts) {
        var claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setIssuedAt(date(now.minus(CLOCKS_DIFFER)));
        claims.setExpirationTime(date(now.plus(lasts)));
        return claims;
    }

    /// @param keyId by which the other side knows the key; empty if it knows but one
    /// @param field of the Secret that the key stands in, for messages
    /// @param origin the Secret's name
    /// @throws ManifestFailure if the key is not fit
    static String signed(
            JwtClaims claims, PrivateKey key, String keyId, String field, String origin) {
        var signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setHeader("typ", "JWT");
        signature.setKey(key);
        if (!keyId.isEmpty()) {
            signature.setKeyIdHeaderValue(keyId);
        }
        try {
            return signature.getCompactSerialization();
        } catch (JoseException unfit) {
            throw new ManifestFailure(
                    "%s of the Secret %s is no RSA key of 2048 bits or more"
                            .formatted(field, origin));
        }
    }

    private static NumericDate date(Instant instant) {
        return NumericDate.fromSeconds(instant.getEpochSecond());
    }
}
