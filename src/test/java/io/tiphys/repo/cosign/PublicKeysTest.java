package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.CosignKey;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.EdDSAParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicKeysTest {

    private static final byte[] CONTENT = "content".getBytes(UTF_8);

    @ParameterizedTest
    @CsvSource({
        "secp256r1, SHA256withECDSA",
        "secp384r1, SHA256withECDSA",
        "secp384r1, SHA384withECDSA",
        "secp521r1, SHA256withECDSA",
        "secp521r1, SHA512withECDSA",
        "2048, SHA256withRSA",
        "Ed25519, Ed25519",
    })
    void keys_of_these_kinds_count(String kind, String algorithm) {
        var key = CosignKey.generate(kind, algorithm);
        var keys = PublicKeys.read(key.pem());

        assertThat(keys.verify(CONTENT, key.sign(CONTENT))).isTrue();
        assertThat(keys.verify("other".getBytes(UTF_8), key.sign(CONTENT))).isFalse();
        assertThat(keys.verify(CONTENT, CosignKey.generate(kind, algorithm).sign(CONTENT)))
                .isFalse();
        assertThat(keys.verify(CONTENT, new byte[0])).isFalse();
    }

    @Test
    void ed25519_counts_by_a_hash_as_well() throws GeneralSecurityException {
        var key = CosignKey.generate("Ed25519", "Ed25519");
        var signature = Signature.getInstance("Ed25519");
        signature.setParameter(new EdDSAParameterSpec(true));
        signature.initSign(key.pair().getPrivate());
        signature.update(CONTENT);

        assertThat(PublicKeys.read(key.pem()).verify(CONTENT, signature.sign())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, SHA1withECDSA", "2048, SHA1withRSA"})
    void a_weak_hash_does_not_count(String kind, String algorithm) {
        var key = CosignKey.generate(kind, algorithm);

        assertThat(PublicKeys.read(key.pem()).verify(CONTENT, key.sign(CONTENT))).isFalse();
    }

    @Test
    void any_of_several_keys_counts_so_that_one_can_take_the_place_of_another() {
        var old = CosignKey.generate();
        var now = CosignKey.generate("Ed25519", "Ed25519");
        var keys = PublicKeys.read("# old\n" + old.pem() + "\n# new\r\n" + now.pem());

        assertThat(keys.verify(CONTENT, old.sign(CONTENT))).isTrue();
        assertThat(keys.verify(CONTENT, now.sign(CONTENT))).isTrue();
    }

    @Test
    void what_is_no_such_key_is_told_and_not_repeated() {
        var good = CosignKey.generate();
        var secret = CosignKey.pem("PRIVATE KEY", "canary".getBytes(UTF_8));

        refuses("", "it holds no public key in PEM");
        refuses("canary", "it holds no public key in PEM");
        refuses("-----BEGIN PUBLIC KEY-----\ncanary", "it holds no public key in PEM");
        refuses(
                CosignKey.pem("PUBLIC KEY", "canary".getBytes(UTF_8)),
                "it holds a key that is none");
        refuses(good.pem().replace("MFk", "MF="), "it holds a key that is none");
        refuses(good.pem() + secret, "it holds something else than public keys");
        refuses(CosignKey.generate("1024", "SHA256withRSA").pem(), "less than 2048 bits");
        refuses(good.pem().repeat(21), "it holds more than 20 keys");
        refuses("canary".repeat(20_000), "it is longer than 65536 characters");
    }

    private static void refuses(String pem, String reason) {
        assertThatThrownBy(() -> PublicKeys.read(pem))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("canary");
    }
}
