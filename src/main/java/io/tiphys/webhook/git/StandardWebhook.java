package io.tiphys.webhook.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.SignatureVerifier;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A delivery signed as standardwebhooks.com says: one of the signatures in `webhook-signature` is
/// `v1,` and the HMAC, in Base64, of the delivery's name, its time and its body.
final class StandardWebhook {

    private static final String HMAC_SHA256 = "HmacSHA256";

    /// How secrets begin; the key follows in Base64.
    private static final String SECRET = "whsec_";

    /// What was signed earlier, or will be, may be somebody's copy.
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private StandardWebhook() {}

    static boolean isSecret(String secret) {
        return secret.startsWith(SECRET);
    }

    static boolean isSigned(Delivery delivery, String secret, Instant now) {
        var id = delivery.header("webhook-id");
        var time = delivery.header("webhook-timestamp");
        var key = key(secret);
        if (id.isEmpty() || key.length == 0 || !isAround(now, time)) {
            return false;
        }
        var mac = hmac(key);
        mac.update((id + "." + time + ".").getBytes(UTF_8));
        var expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(delivery.body()));
        return Stream.of(delivery.header("webhook-signature").split(" "))
                .anyMatch(it -> SignatureVerifier.isEqual(expected, it));
    }

    /// Empty if the secret has none.
    private static byte[] key(String secret) {
        try {
            return Base64.getDecoder().decode(secret.substring(SECRET.length()));
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private static boolean isAround(Instant now, String time) {
        try {
            var signed = Instant.ofEpochSecond(Long.parseLong(time));
            return Duration.between(signed, now).abs().compareTo(TOLERANCE) <= 0;
        } catch (NumberFormatException | DateTimeException | ArithmeticException _) {
            return false;
        }
    }

    private static Mac hmac(byte[] key) {
        try {
            var mac = Mac.getInstance(HMAC_SHA256);
            mac.init(new SecretKeySpec(key, HMAC_SHA256));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + HMAC_SHA256, impossible);
        }
    }
}
