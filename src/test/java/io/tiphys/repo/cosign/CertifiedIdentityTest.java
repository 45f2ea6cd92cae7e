package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import io.tiphys.core.image.Signer;
import io.tiphys.repo.Digest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.CosignKey;
import io.tiphys.support.SigstoreRoot;
import io.tiphys.support.SigstoreRoot.Leaf;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

class CertifiedIdentityTest {

    private static final SigstoreRoot SIGSTORE = new SigstoreRoot();
    private static final Leaf LEAF = SIGSTORE.leaf();
    private static final byte[] MANIFEST = "{\"layers\": []}".getBytes(UTF_8);
    private static final String DIGEST = Digest.of(MANIFEST);
    private static final byte[] PAYLOAD = CosignKey.payload("registry.local/team/web", DIGEST);
    private static final byte[] STATEMENT = CosignKey.statement(CosignKey.SIGNING, DIGEST);

    @Test
    void who_is_wanted_signs_in_a_bundle_or_beside_a_payload() {
        assertThat(bundle(SIGSTORE.bundle(LEAF, STATEMENT, SigstoreRoot.NOW))).isEmpty();
        assertThat(payload(it -> it)).isEmpty();
    }

    @Test
    void a_name_is_given_whole_or_by_a_pattern_that_finds_it() {
        assertThat(by(identity(SigstoreRoot.ISSUER, "", "^https://git\\.local/team/"))).isEmpty();
        assertThat(by(identity(SigstoreRoot.ISSUER, "", "^https://git\\.local/other/")))
                .isEqualTo(
                        "it is signed by '%s', as '%s' says"
                                .formatted(SigstoreRoot.SUBJECT, SigstoreRoot.ISSUER));
        assertThat(by(identity(SigstoreRoot.ISSUER, SigstoreRoot.SUBJECT + "x", "")))
                .startsWith("it is signed by");
        assertThat(by(identity("https://other.local", SigstoreRoot.SUBJECT, "")))
                .startsWith("it is signed by");
    }

    @Test
    void a_certificate_of_nobody_who_is_trusted_does_not_count() {
        var other = new SigstoreRoot();
        var bundle = other.bundle(other.leaf(), STATEMENT, SigstoreRoot.NOW);
        assertThat(bundle(bundle))
                .isEqualTo("no transparency log that is trusted promises to know of it");
        assertThat(bundle(SIGSTORE.bundle(other.leaf(), STATEMENT, SigstoreRoot.NOW)))
                .startsWith("its certificate is by no authority that is trusted");
    }

    @Test
    void what_was_signed_before_or_after_its_certificate_was_valid_does_not_count() {
        for (var time :
                new Duration[] {
                    Duration.ofSeconds(-1), Duration.ofMinutes(11), Duration.ofDays(500)
                }) {
            assertThat(bundle(SIGSTORE.bundle(LEAF, STATEMENT, SigstoreRoot.NOW.plus(time))))
                    .startsWith("its certificate is by no authority that is trusted");
        }
    }

    @Test
    void a_certificate_for_something_else_does_not_count() {
        var server =
                SIGSTORE.leaf(
                        SigstoreRoot.SUBJECT, SigstoreRoot.ISSUER, KeyPurposeId.id_kp_serverAuth);

        assertThat(bundle(SIGSTORE.bundle(server, STATEMENT, SigstoreRoot.NOW)))
                .isEqualTo("its certificate is not for signing");
    }

    @Test
    void what_the_log_says_must_be_of_this_signature() {
        var other = SIGSTORE.oldBundle(LEAF, PAYLOAD, SigstoreRoot.NOW);

        assertThat(payload(_ -> other))
                .isEqualTo("what a transparency log promises to know of is another signature");
        assertThat(payload(it -> it.replace("\"logIndex\":7", "\"logIndex\":8")))
                .startsWith("no transparency log that is trusted");
        assertThat(
                        payload(
                                it ->
                                        it.replaceFirst(
                                                "\"integratedTime\":\\d+", "\"integratedTime\":1")))
                .startsWith("no transparency log that is trusted");
        assertThat(payload(_ -> "{}")).startsWith("no transparency log that is trusted");
        assertThat(payload(_ -> "")).startsWith("it is signed without a certificate");
        assertThat(payload(_ -> "no json")).isEqualTo("a signature cannot be read");
    }

    @Test
    void what_was_changed_or_is_of_another_image_does_not_count() {
        var statement = CosignKey.statement(CosignKey.SIGNING, Digest.of("other"));
        assertThat(bundle(SIGSTORE.bundle(LEAF, statement, SigstoreRoot.NOW)))
                .isEqualTo("another image is signed");
        assertThat(bundle(LEAF.key().bundle(STATEMENT)))
                .startsWith("it is signed without a certificate");
        assertThat(
                        bundle(
                                new String(
                                                SIGSTORE.bundle(LEAF, STATEMENT, SigstoreRoot.NOW),
                                                UTF_8)
                                        .replaceFirst("\"sig\":\"[^\"]*\"", "\"sig\":\"AAAA\"")
                                        .getBytes(UTF_8)))
                .startsWith("it is signed by another key");
    }

    @Test
    void a_trusted_root_that_is_none_is_told() {
        for (var file : new String[] {"", "null", "{}", "no json", "{\"tlogs\": [{}]}"}) {
            assertThatThrownBy(() -> TrustedRoot.read(file.getBytes(UTF_8)))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("the trusted root of Sigstore cannot be used");
        }
    }

    private static String by(Signer.Identity wanted) {
        return check(wanted)
                .of(new FoundSignature.Bundle(SIGSTORE.bundle(LEAF, STATEMENT, SigstoreRoot.NOW)))
                .reason();
    }

    private static String bundle(byte[] json) {
        return check(identity(SigstoreRoot.ISSUER, SigstoreRoot.SUBJECT, ""))
                .of(new FoundSignature.Bundle(json))
                .reason();
    }

    /// @param edit of what a log says
    private static String payload(Function<String, String> edit) {
        var signature = LEAF.key().signature(PAYLOAD);
        return check(identity(SigstoreRoot.ISSUER, SigstoreRoot.SUBJECT, ""))
                .of(
                        new FoundSignature.Payload(
                                PAYLOAD,
                                signature,
                                LEAF.pem(),
                                edit.apply(
                                        SIGSTORE.oldBundle(
                                                LEAF, PAYLOAD, signature, SigstoreRoot.NOW))))
                .reason();
    }

    private static SignatureCheck check(Signer.Identity wanted) {
        return new SignatureCheck(
                new CertifiedIdentity(TrustedRoot.read(SIGSTORE.trusted()), wanted),
                DIGEST,
                MANIFEST);
    }

    private static Signer.Identity identity(String issuer, String subject, String pattern) {
        return new Signer.Identity(
                issuer,
                subject,
                Optional.of(pattern).filter(it -> !it.isEmpty()).map(Pattern::compile));
    }
}
