package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiphys.core.image.ImageSignature;
import io.tiphys.core.image.SignedClaim;
import io.tiphys.repo.cosign.Trust.Signed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// Checks what lies beside an image: whether it is signed by whom it must be, and then what it
/// says. Nothing in it is believed before.
///
/// @param trust whose signature counts
/// @param digest of the image
/// @param manifest of the image, or of the index of several: the bytes of that digest
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
public record SignatureCheck(Trust trust, String digest, byte[] manifest) {

    /// The media type of bundles of the version that is read.
    public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static final String STATEMENT = "application/vnd.in-toto+json";
    private static final int MAX_SIGNATURES = 10;

    /// What is there twice could be read in two ways.
    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /// What a signature is worth.
    public ImageSignature of(FoundSignature found) {
        return ImageSignature.of(
                switch (found) {
                    case FoundSignature.Payload payload -> ofPayload(payload);
                    case FoundSignature.Bundle(var json) -> ofBundle(json);
                    case FoundSignature.Unreadable(var reason) -> reason;
                });
    }

    private String ofPayload(FoundSignature.Payload payload) {
        try {
            var content = payload.content();
            var fault =
                    trust.fault(
                            new Signed(
                                    content,
                                    bytes(payload.signature()),
                                    content,
                                    Optional.of(payload.certificate().getBytes(UTF_8))
                                            .filter(it -> it.length > 0),
                                    entry(payload.entry())));
            return fault.isEmpty() ? SignedClaim.ofPayload(tree(content), digest) : fault;
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
                return ofEnvelope(bundle.path("dsseEnvelope"), bundle.path("verificationMaterial"));
            }
            var signature = bundle.path("messageSignature").path("signature").asText();
            if (signature.isEmpty()) {
                return "a bundle has no signature";
            }
            // What it says of the content's digest is a hint: the content itself is here.
            return trust.fault(
                    signed(
                            manifest,
                            bytes(signature),
                            manifest,
                            bundle.path("verificationMaterial")));
        } catch (IOException | IllegalArgumentException unreadable) {
            return "a bundle cannot be read";
        }
    }

    private String ofEnvelope(JsonNode envelope, JsonNode material) throws IOException {
        var payload = bytes(envelope.path("payload").asText());
        var type = envelope.path("payloadType").asText();
        var signatures = envelope.path("signatures");
        if (signatures.size() > MAX_SIGNATURES) {
            return "a bundle has more than %d signatures".formatted(MAX_SIGNATURES);
        }
        var encoded = encoded(type, payload);
        var fault = Trust.FOREIGN;
        for (var signature : signatures) {
            if (!fault.isEmpty()) {
                var made = bytes(signature.path("sig").asText());
                fault = trust.fault(signed(encoded, made, payload, material));
            }
        }
        if (!fault.isEmpty()) {
            return fault;
        }
        return type.equals(STATEMENT)
                ? SignedClaim.ofStatement(tree(payload), digest)
                : "what is signed is no statement of in-toto";
    }

    /// With what a bundle has beside it. Of a log's entries the first counts.
    private static Signed signed(
            byte[] content, byte[] signature, byte[] logged, JsonNode material) {
        var entry = material.path("tlogEntries").path(0);
        return new Signed(
                content,
                signature,
                logged,
                Optional.of(bytes(material.path("certificate").path("rawBytes").asText()))
                        .filter(it -> it.length > 0),
                entry.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(
                                new LogEntry(
                                        entry.path("canonicalizedBody").asText(),
                                        entry.path("integratedTime").asLong(),
                                        entry.path("logIndex").asLong(),
                                        TrustedRoot.hex(
                                                bytes(entry.path("logId").path("keyId").asText())),
                                        bytes(
                                                entry.path("inclusionPromise")
                                                        .path("signedEntryTimestamp")
                                                        .asText()))));
    }

    /// As cosign has it in an annotation.
    private static Optional<LogEntry> entry(String json) throws IOException {
        if (json.isEmpty()) {
            return Optional.empty();
        }
        var entry = JSON.readTree(json);
        var payload = entry.path("Payload");
        return Optional.of(
                new LogEntry(
                        payload.path("body").asText(),
                        payload.path("integratedTime").asLong(),
                        payload.path("logIndex").asLong(),
                        payload.path("logID").asText(),
                        bytes(entry.path("SignedEntryTimestamp").asText())));
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
