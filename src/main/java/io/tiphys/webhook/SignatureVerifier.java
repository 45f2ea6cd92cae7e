package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Checks what senders prove themselves with. How long a check takes tells nothing about the
/// secret, and no header, however garbled, makes it throw.
public final class SignatureVerifier {

    private static final String HMAC_SHA256 = "HmacSHA256";

    private SignatureVerifier() {}

    /// @param signature `sha256=` and the HMAC of the raw body in hexadecimal
    public static boolean isHmacSha256(String signature, byte[] body, String secret) {
        var expected = "sha256=" + HexFormat.of().formatHex(hmacSha256(body, secret));
        return isEqual(expected, signature.toLowerCase(Locale.ROOT));
    }

    /// @param authorization the header's value, `Bearer` and the token
    public static boolean isBearer(String authorization, String token) {
        var scheme = "Bearer ";
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
                && isEqual(token, authorization.substring(scheme.length()).strip());
    }

    /// A name for a body that carries none.
    public static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    private static byte[] hmacSha256(byte[] body, String secret) {
        try {
            var mac = Mac.getInstance(HMAC_SHA256);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), HMAC_SHA256));
            return mac.doFinal(body);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + HMAC_SHA256, impossible);
        }
    }

    public static boolean isEqual(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
    }
}
