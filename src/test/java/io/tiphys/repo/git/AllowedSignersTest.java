package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.HostileText;
import io.tiphys.support.SshGitHost;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Random;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedSignersTest {

    private static final KeyPair PAIR = SshGitHost.key("ssh-ed25519", 256);
    private static final String KEY = PublicKeyEntry.toString(PAIR.getPublic());
    private static final String FINGERPRINT = KeyUtils.getFingerPrint(PAIR.getPublic());
    private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '|',
            textBlock =
                    """
                    ada@example.org KEY;                                       yes
                    ada@example.org,eve@example.org KEY with a comment;        yes
                    "ada lovelace" KEY;                                        yes
                    * namespaces="git" KEY;                                    yes
                    * NAMESPACES="file,git" KEY;                               yes
                    * namespaces="g*" KEY;                                     yes
                    * namespaces="file" KEY;                                   no
                    * namespaces="*,!git" KEY;                                 no
                    * valid-after="20260615" KEY;                              yes
                    * valid-after="20260616" KEY;                              no
                    * valid-before="20260616Z" KEY;                            yes
                    * valid-before="20260615" KEY;                             no
                    * valid-before="202606151159Z" KEY;                        no
                    * valid-after="20260615115959",valid-before="2027" KEY;    unreadable
                    * valid-after="20261301" KEY;                              unreadable
                    * cert-authority KEY;                                      unreadable
                    * cert-authority,namespaces="git" KEY;                     unreadable
                    * anything="else" KEY;                                     unreadable
                    KEY;                                                       unreadable
                    ada@example.org;                                           unreadable
                    ada@example.org ssh-ed25519 !!!;                           unreadable
                    # ada@example.org KEY;                                     no
                    """)
    void a_line_says_whose_key_counts_for_what_and_when(String line, String answer) {
        var signers = AllowedSigners.of("\n" + line.replace("KEY", KEY) + "\r\n");

        assertThat(signers.find(FINGERPRINT, NOON).isPresent()).isEqualTo(answer.equals("yes"));
        assertThat(signers.problems()).hasSize(answer.equals("unreadable") ? 1 : 0);
    }

    @Test
    void a_line_that_cannot_be_read_is_named_and_the_others_count() {
        var signers =
                AllowedSigners.of("* cert-authority %s\nada@example.org %s".formatted(KEY, KEY));

        assertThat(signers.problems())
                .containsExactly("line 1: cert-authority is not known here: list the keys");
        assertThat(signers.find(FINGERPRINT, NOON)).isPresent();
    }

    @Test
    void of_several_lines_for_a_key_one_is_enough() {
        var signers =
                AllowedSigners.of(
                        "* valid-before=\"2020\" %s\n* valid-before=\"20200101\" %s\n* %s"
                                .formatted(KEY, KEY, KEY));

        assertThat(signers.find(FINGERPRINT, NOON)).isPresent();
    }

    @Test
    void hostile_text_allows_nobody() {
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            assertThat(
                            AllowedSigners.of(
                                            HostileText.from(
                                                    "\" ,=#!*\\ssh-ed25519AAgitnamespaces",
                                                    80,
                                                    random))
                                    .keys())
                    .isEmpty();
        }
        assertThat(AllowedSigners.of("\"".repeat(100_000)).problems()).hasSize(1);
        assertThat(AllowedSigners.of("\"a".repeat(100_000)).problems()).hasSize(1);
    }
}
