package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.repo.Digest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/// What a transparency log took in of a signature, and its promise of that.
///
/// @param body in base64, as it is promised
/// @param seconds since 1970, when it was taken in
/// @param log the hash of its key, in hexadecimal
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
record LogEntry(String body, long seconds, long index, String log, byte[] promise) {

    Instant time() {
        return Instant.ofEpochSecond(seconds);
    }

    /// What is signed of it by the log: JSON in its canonical form.
    byte[] promised() {
        return "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":%d}"
                .formatted(body, seconds, log, index)
                .getBytes(UTF_8);
    }

    /// Whether it is of this very signature by the key of this certificate.
    ///
    /// @param logged whose hash a log takes in
    boolean isOf(byte[] logged, byte[] signature, X509Certificate certificate)
            throws IOException, GeneralSecurityException {
        var entry = SignatureCheck.JSON.readTree(Base64.getDecoder().decode(body));
        var spec = entry.path("spec");
        return switch (entry.path("kind").asText()) {
            case "hashedrekord" ->
                    isHash(spec.path("data").path("hash"), logged)
                            && isSame(
                                    spec.path("signature").path("content"),
                                    spec.path("signature").path("publicKey").path("content"),
                                    signature,
                                    certificate);
            case "dsse" ->
                    isHash(spec.path("payloadHash"), logged)
                            && spec.path("signatures").size() == 1
                            && isSame(
                                    spec.path("signatures").path(0).path("signature"),
                                    spec.path("signatures").path(0).path("verifier"),
                                    signature,
                                    certificate);
            default -> false;
        };
    }

    private static boolean isHash(JsonNode hash, byte[] content) {
        return hash.path("algorithm").asText().equals("sha256")
                && Digest.of(content).equals(Digest.KIND + hash.path("value").asText());
    }

    private static boolean isSame(
            JsonNode signature, JsonNode verifier, byte[] made, X509Certificate certificate)
            throws GeneralSecurityException {
        return Arrays.equals(Base64.getDecoder().decode(signature.asText()), made)
                && TrustedRoot.certificate(Base64.getDecoder().decode(verifier.asText()))
                        .equals(certificate);
    }
}
