package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignatureVerifierTest {

    // The example in GitHub's documentation of the header.
    private static final byte[] BODY = "Hello, World!".getBytes(UTF_8);
    private static final String SECRET = "It's a Secret to Everybody";
    private static final String SIGNATURE =
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    @Test
    void the_documented_example_is_authentic() {
        assertThat(SignatureVerifier.isHmacSha256(SIGNATURE, BODY, SECRET)).isTrue();
    }

    @Test
    void one_changed_byte_of_the_body_is_noticed() {
        var body = BODY.clone();
        body[0] ^= 1;

        assertThat(SignatureVerifier.isHmacSha256(SIGNATURE, body, SECRET)).isFalse();
    }

    @Test
    void another_secret_is_noticed() {
        assertThat(SignatureVerifier.isHmacSha256(SIGNATURE, BODY, SECRET + " ")).isFalse();
    }

    @Test
    void a_shortened_or_bare_signature_does_not_pass() {
        assertThat(SignatureVerifier.isHmacSha256("", BODY, SECRET)).isFalse();
        assertThat(SignatureVerifier.isHmacSha256("sha256=", BODY, SECRET)).isFalse();
        assertThat(SignatureVerifier.isHmacSha256(SIGNATURE.substring(7), BODY, SECRET)).isFalse();
        assertThat(
                        SignatureVerifier.isHmacSha256(
                                SIGNATURE.substring(0, SIGNATURE.length() - 1), BODY, SECRET))
                .isFalse();
    }

    @Test
    void a_bearer_token_is_compared_whole() {
        assertThat(SignatureVerifier.isBearer("Bearer s3cret", "s3cret")).isTrue();
        assertThat(SignatureVerifier.isBearer("bearer  s3cret", "s3cret")).isTrue();
        assertThat(SignatureVerifier.isBearer("Bearer s3cre", "s3cret")).isFalse();
        assertThat(SignatureVerifier.isBearer("Bearer s3cret2", "s3cret")).isFalse();
        assertThat(SignatureVerifier.isBearer("s3cret", "s3cret")).isFalse();
        assertThat(SignatureVerifier.isBearer("", "s3cret")).isFalse();
    }

    @Test
    void a_password_may_have_colons_and_a_user_none() {
        var both = Base64.getEncoder().encodeToString("ci:s3:cret".getBytes(UTF_8));

        assertThat(SignatureVerifier.isBasicPassword("Basic " + both, "s3:cret")).isTrue();
        assertThat(SignatureVerifier.isBasicPassword("Basic " + both, "cret")).isFalse();
    }

    @Test
    void no_garbled_header_passes_or_throws() {
        var random = new Random(20261121);
        for (int i = 0; i < 20_000; i++) {
            var garbled = garbled(random);

            assertThat(SignatureVerifier.isHmacSha256(garbled, BODY, SECRET))
                    .as(garbled)
                    .isEqualTo(garbled.equalsIgnoreCase(SIGNATURE));
            assertThat(SignatureVerifier.isBearer(garbled, SECRET)).as(garbled).isFalse();
        }
    }

    /// Noise, or the right header with a few characters replaced, cut or added.
    private static String garbled(Random random) {
        if (random.nextInt(4) == 0) {
            var noise = new StringBuilder();
            random.ints(random.nextInt(200), 0, 0x10000).forEach(it -> noise.append((char) it));
            return noise.toString();
        }
        var text = new StringBuilder(SIGNATURE);
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(0x10000));
                case 1 -> text.deleteCharAt(at);
                default -> text.insert(at, (char) random.nextInt(128));
            }
        }
        return text.toString();
    }
}
