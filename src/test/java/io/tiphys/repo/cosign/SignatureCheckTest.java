package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.ImageSignature;
import io.tiphys.repo.Digest;
import io.tiphys.support.CosignKey;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignatureCheckTest {

    private static final CosignKey KEY = CosignKey.generate();
    private static final byte[] MANIFEST = "{\"layers\": []}".getBytes(UTF_8);
    private static final String DIGEST = Digest.of(MANIFEST);
    private static final String OTHER = Digest.of("other");
    private static final byte[] PAYLOAD = CosignKey.payload("registry.local/team/web", DIGEST);
    private static final byte[] STATEMENT = CosignKey.statement(CosignKey.SIGNING, DIGEST);

    private final SignatureCheck check =
            new SignatureCheck(PublicKeys.read(KEY.pem()), DIGEST, MANIFEST);

    @Test
    void a_payload_that_names_the_image_counts_whatever_repository_it_names() {
        assertThat(payload(PAYLOAD)).isEmpty();
        assertThat(payload(CosignKey.payload("elsewhere.local/origin", DIGEST))).isEmpty();
    }

    @Test
    void a_payload_of_something_else_does_not_count() {
        assertThat(payload(CosignKey.payload("registry.local/team/web", OTHER)))
                .isEqualTo("another image is signed");
        assertThat(payload(CosignKey.payload("registry.local/team/web", "")))
                .isEqualTo("another image is signed");
        assertThat(payload("{}")).isEqualTo("what is signed is no image");
        assertThat(payload("null")).isEqualTo("what is signed is no image");
        assertThat(payload("[]")).isEqualTo("a signature cannot be read");
        assertThat(payload("no json")).isEqualTo("a signature cannot be read");
        assertThat(payload("[".repeat(100_000))).isEqualTo("a signature cannot be read");
        assertThat(payload(new String(PAYLOAD, UTF_8) + "{}"))
                .isEqualTo("a signature cannot be read");
        assertThat(
                        payload(
                                new String(PAYLOAD, UTF_8)
                                        .replace(
                                                "\"optional\":null",
                                                "\"critical\":{},\"optional\":null")))
                .isEqualTo("a signature cannot be read");
    }

    @Test
    void nothing_that_another_key_signed_is_looked_into() {
        var foreign = CosignKey.generate();
        var reason = "it is signed by another key, or was changed since";

        assertThat(reason(new FoundSignature.Payload(PAYLOAD, foreign.signature(PAYLOAD), "", "")))
                .isEqualTo(reason);
        assertThat(reason(new FoundSignature.Payload("no json".getBytes(UTF_8), "", "", "")))
                .isEqualTo(reason);
        assertThat(reason(new FoundSignature.Payload(PAYLOAD, "no base64!", "", "")))
                .isEqualTo("a signature cannot be read");
        assertThat(bundle(foreign.bundle(STATEMENT))).isEqualTo(reason);
        assertThat(bundle(foreign.messageBundle(MANIFEST))).isEqualTo(reason);
    }

    @Test
    void a_bundle_counts_that_signs_the_image_or_its_manifest() {
        assertThat(bundle(KEY.bundle(STATEMENT))).isEmpty();
        assertThat(bundle(KEY.messageBundle(MANIFEST))).isEmpty();
    }

    @Test
    void a_bundle_of_something_else_does_not_count() {
        assertThat(bundle(KEY.bundle(CosignKey.statement(CosignKey.SIGNING, OTHER))))
                .isEqualTo("another image is signed");
        assertThat(
                        bundle(
                                KEY.bundle(
                                        CosignKey.statement(
                                                "https://slsa.dev/provenance/v1", DIGEST))))
                .startsWith("it is an attestation");
        assertThat(bundle(KEY.bundle("{}".getBytes(UTF_8))))
                .isEqualTo("what is signed is no statement of in-toto");
        assertThat(bundle(KEY.bundle("text/plain", STATEMENT)))
                .isEqualTo("what is signed is no statement of in-toto");
        assertThat(bundle(KEY.messageBundle("other".getBytes(UTF_8))))
                .startsWith("it is signed by another key");
        assertThat(bundle(edited(it -> it.replace("v0.3", "v0.2"))))
                .isEqualTo("a bundle is of another version than 0.3");
        assertThat(bundle(edited(it -> it.replace("dsseEnvelope", "envelope"))))
                .isEqualTo("a bundle has no signature");
        assertThat(bundle(edited(it -> it.replaceFirst("\\{\"sig\":[^}]*}", ""))))
                .startsWith("it is signed by another key");
        assertThat(
                        bundle(
                                edited(
                                        it ->
                                                it.replaceFirst(
                                                        "(\\{\"sig\":[^}]*})",
                                                        "$1" + ",$1".repeat(10)))))
                .isEqualTo("a bundle has more than 10 signatures");
        assertThat(bundle(edited(it -> it.substring(1)))).isEqualTo("a bundle cannot be read");
        assertThat(bundle("null".getBytes(UTF_8)))
                .isEqualTo("a bundle is of another version than 0.3");
    }

    /// With the type and the length of the content not in what is signed, one could be taken for
    /// the other.
    @Test
    void what_is_signed_as_a_payload_is_no_envelope_and_no_manifest() {
        var signature = KEY.signature(STATEMENT);
        var bundle =
                edited(
                        it ->
                                it.replaceFirst(
                                        "\"sig\":\"[^\"]*\"", "\"sig\":\"" + signature + "\""));

        assertThat(bundle(bundle)).startsWith("it is signed by another key");
    }

    @Test
    void any_bit_that_is_turned_over_keeps_a_signature_from_counting() {
        var signature = KEY.sign(PAYLOAD);
        var encoded = Base64.getEncoder();

        assertThat(flips(PAYLOAD))
                .allMatch(
                        it ->
                                !reason(
                                                new FoundSignature.Payload(
                                                        it,
                                                        encoded.encodeToString(signature),
                                                        "",
                                                        ""))
                                        .isEmpty());
        assertThat(flips(signature))
                .allMatch(
                        it ->
                                !reason(
                                                new FoundSignature.Payload(
                                                        PAYLOAD,
                                                        encoded.encodeToString(it),
                                                        "",
                                                        ""))
                                        .isEmpty());
        assertThat(flips(MANIFEST))
                .allMatch(
                        it ->
                                !new SignatureCheck(PublicKeys.read(KEY.pem()), DIGEST, it)
                                        .of(new FoundSignature.Bundle(KEY.messageBundle(MANIFEST)))
                                        .reason()
                                        .isEmpty());
    }

    private static List<byte[]> flips(byte[] content) {
        return IntStream.range(0, content.length * 8)
                .mapToObj(
                        bit -> {
                            var other = content.clone();
                            other[bit / 8] ^= (byte) (1 << (bit % 8));
                            return other;
                        })
                .toList();
    }

    private static byte[] edited(Function<String, String> edit) {
        return edit.apply(new String(KEY.bundle(STATEMENT), UTF_8)).getBytes(UTF_8);
    }

    private String payload(String content) {
        return payload(content.getBytes(UTF_8));
    }

    private String payload(byte[] content) {
        return reason(new FoundSignature.Payload(content, KEY.signature(content), "", ""));
    }

    private String bundle(byte[] json) {
        return reason(new FoundSignature.Bundle(json));
    }

    private String reason(FoundSignature found) {
        ImageSignature signature = check.of(found);
        return signature.reason();
    }
}
