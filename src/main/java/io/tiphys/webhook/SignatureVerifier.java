package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Checks what senders prove themselves with. How long a check takes tells nothing about the
/// secret, and no header, however garbled, makes it throw.
public final class SignatureVerifier {

    private static final String HMAC_SHA256 = "HmacSHA256";
    private static final String HMAC_SHA1 = "HmacSHA1";

    private SignatureVerifier() {}

    /// @param signature `sha256=` and the HMAC of the raw body in hexadecimal
    public static boolean isHmacSha256(String signature, byte[] body, String secret) {
        var expected = "sha256=" + hmac(HMAC_SHA256, body, secret);
        return isEqual(expected, signature.toLowerCase(Locale.ROOT));
    }

    /// @param signature the HMAC of the raw body in hexadecimal, and nothing before it
    public static boolean isBareHmacSha256(String signature, byte[] body, String secret) {
        return isEqual(hmac(HMAC_SHA256, body, secret), signature.toLowerCase(Locale.ROOT));
    }

    /// @param signature the HMAC of the raw body in hexadecimal, and nothing before it
    public static boolean isBareHmacSha1(String signature, byte[] body, String secret) {
        return isEqual(hmac(HMAC_SHA1, body, secret), signature.toLowerCase(Locale.ROOT));
    }

    /// @param authorization the header's value, `Bearer` and the token
    public static boolean isBearer(String authorization, String token) {
        var scheme = "Bearer ";
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
                && isEqual(token, authorization.substring(scheme.length()).strip());
    }

    /// @param authorization the header's value, `Basic` and any user with the password
    public static boolean isBasicPassword(String authorization, String password) {
        var scheme = "Basic ";
        if (!authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return false;
        }
        try {
            var encoded = authorization.substring(scheme.length()).strip();
            var given = new String(Base64.getDecoder().decode(encoded), UTF_8);
            int colon = given.indexOf(':');
            return colon >= 0 && isEqual(password, given.substring(colon + 1));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// A name for a body that carries none.
    public static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    private static String hmac(String algorithm, byte[] body, String secret) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + algorithm, impossible);
        }
    }

    public static boolean isEqual(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
    }
}
