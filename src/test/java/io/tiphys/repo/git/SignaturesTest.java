package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.Signature;
import io.tiphys.core.policy.Signature.Good;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Commits and tags that were signed by Git itself, with gpg 2.2.40 and OpenSSH 9.2.
class SignaturesTest {

    private static final Path CASES = Path.of("src/test/resources/golden/signatures");

    /// After all of them were signed; none of the keys expires.
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "gpg-ed25519.commit, 17FD7DE137276BFB9CD4FA32EF1DCE02AE463563",
        "gpg-rsa.commit,     90FF40D795BFE8223991D7DDE00A817DE02281AC",
        "gpg-subkey.commit,  72D5E54217A5698871DA95F5A81CD846E53DD05D",
        "gpg-subkey.commit,  B16CB76C323F3986AB3C164DAECA51C95CF5FE39",
        "gpg-tag.tag,        AECA51C95CF5FE39",
        "ssh-ed25519.commit, SHA256:UVzt1pS0rJa82qjn6qzwizzuv+Yz0lcsCWvruHQ3zro",
        "ssh-rsa.commit,     SHA256:okOYna7ZeCtoloqFoJtSU1wVY3uPCeG4iJ4QHiKvyOw",
        "ssh-ecdsa.commit,   SHA256:e8Q5NBArrmzzT5A4qF24Cu/azclfgBCufV8jJvDTsrw",
        "ssh-tag.tag,        SHA256:e8Q5NBArrmzzT5A4qF24Cu/azclfgBCufV8jJvDTsrw",
    })
    void what_git_signs_is_good_and_is_nothing_else(String file, String key) throws Exception {
        var raw = Files.readString(CASES.resolve(file), ISO_8859_1);

        assertThat(check(raw))
                .isInstanceOfSatisfying(Good.class, it -> assertThat(it.keys()).contains(key));
        assertThat(check(raw.replace("Signed", "Forged"))).isInstanceOf(Signature.Bad.class);
        assertThat(check(raw.replace("Ada", "Eve"))).isInstanceOf(Signature.Bad.class);
    }

    @Test
    void what_was_signed_for_another_purpose_does_not_count() throws Exception {
        var raw = Files.readString(CASES.resolve("ssh-other-namespace.commit"), ISO_8859_1);

        assertThat(check(raw))
                .isInstanceOfSatisfying(
                        Signature.Bad.class,
                        it ->
                                assertThat(it.reason())
                                        .isEqualTo("bad signature: it was not made for Git"));
    }

    private Signature check(String raw) throws IOException {
        var keys = new HashMap<String, String>();
        try (var files = Files.newDirectoryStream(CASES, "*.asc")) {
            for (var file : files) {
                var fingerprint = file.getFileName().toString().replace(".asc", "");
                keys.put(fingerprint.substring(24), Files.readString(file));
            }
        }
        var signatures =
                new Signatures(
                        new SigningKeys(keys, Files.readString(CASES.resolve("allowed_signers"))));
        var bytes = raw.getBytes(ISO_8859_1);
        var object =
                raw.startsWith("object") ? SignedObject.tag(bytes) : SignedObject.commit(bytes);
        return signatures.check(object, NOW, NOW).signature();
    }
}
