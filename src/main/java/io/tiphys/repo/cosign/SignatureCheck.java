package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiphys.core.image.ImageSignature;
import io.tiphys.core.image.SignedClaim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;

/// Checks what lies beside an image: whether it is signed by one of the keys, and then what it says.
/// Nothing in it is believed before.
///
/// @param keys of which one must have signed
/// @param digest of the image
/// @param manifest of the image, or of the index of several: the bytes of that digest
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
public record SignatureCheck(PublicKeys keys, String digest, byte[] manifest) {

    /// The media type of bundles of the version that is read.
    public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static final String STATEMENT = "application/vnd.in-toto+json";
    private static final int MAX_SIGNATURES = 10;

    private static final String FOREIGN = "it is signed by another key, or was changed since";

    /// What is there twice could be read in two ways.
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /// What a signature is worth.
    public ImageSignature of(FoundSignature found) {
        return ImageSignature.of(
                switch (found) {
                    case FoundSignature.Payload(var content, var signature) ->
                            ofPayload(content, signature);
                    case FoundSignature.Bundle(var json) -> ofBundle(json);
                    case FoundSignature.Unreadable(var reason) -> reason;
                });
    }

    private String ofPayload(byte[] content, String signature) {
        try {
            return keys.verify(content, bytes(signature))
                    ? SignedClaim.ofPayload(tree(content), digest)
                    : FOREIGN;
        } catch (IOException | IllegalArgumentException unreadable) {
            return "a signature cannot be read";
        }
    }

    private String ofBundle(byte[] json) {
        try {
            var bundle = JSON.readTree(json);
            if (!bundle.path("mediaType").asText().equals(BUNDLE)) {
                return "a bundle is of another version than 0.3";
            }
            if (bundle.has("dsseEnvelope")) {
                return ofEnvelope(bundle.path("dsseEnvelope"));
            }
            var signature = bundle.path("messageSignature").path("signature").asText();
            if (signature.isEmpty()) {
                return "a bundle has no signature";
            }
            // What it says of the content's digest is a hint: the content itself is here.
            return keys.verify(manifest, bytes(signature)) ? "" : FOREIGN;
        } catch (IOException | IllegalArgumentException unreadable) {
            return "a bundle cannot be read";
        }
    }

    private String ofEnvelope(JsonNode envelope) throws IOException {
        var payload = bytes(envelope.path("payload").asText());
        var type = envelope.path("payloadType").asText();
        var signatures = envelope.path("signatures");
        if (signatures.size() > MAX_SIGNATURES) {
            return "a bundle has more than %d signatures".formatted(MAX_SIGNATURES);
        }
        var encoded = encoded(type, payload);
        boolean signed = false;
        for (var signature : signatures) {
            signed = signed || keys.verify(encoded, bytes(signature.path("sig").asText()));
        }
        if (!signed) {
            return FOREIGN;
        }
        return type.equals(STATEMENT)
                ? SignedClaim.ofStatement(tree(payload), digest)
                : "what is signed is no statement of in-toto";
    }

    /// What is signed of an envelope, by the specification of DSSE.
    private static byte[] encoded(String type, byte[] payload) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                "DSSEv1 %d %s %d "
                        .formatted(type.getBytes(UTF_8).length, type, payload.length)
                        .getBytes(UTF_8));
        bytes.writeBytes(payload);
        return bytes.toByteArray();
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tree(byte[] json) throws IOException {
        return JSON.readValue(json, Map.class);
    }
}
