package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.CommitSigning.Impossible;
import io.tiphys.core.model.CommitSigning.OpenPgp;
import io.tiphys.core.model.CommitSigning.Ssh;
import io.tiphys.core.model.CommitSigning.Unsigned;
import io.tiphys.core.model.Hidden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitKeysTest {

    @TempDir Path folder;

    @Test
    void nothing_is_signed_without_a_key() {
        assertThat(signing("", "")).isEqualTo(new Unsigned());
        assertThat(signing("ssh", "")).isEqualTo(new Unsigned());
    }

    @Test
    void a_key_of_openpgp_is_named_by_its_id_and_in_the_secret() {
        var keys = List.of(new Hidden("armour"));

        assertThat(signing("", "3aa5c34371567bd2"))
                .isEqualTo(new OpenPgp(keys, "3AA5C34371567BD2", "the Secret tiphys-signing-keys"));
        assertThat(signing("openpgp", "0x3AA5C34371567BD2!"))
                .isEqualTo(new OpenPgp(keys, "3AA5C34371567BD2", "the Secret tiphys-signing-keys"));
    }

    @Test
    void a_file_is_read_anew_each_time() throws Exception {
        var file = Files.writeString(folder.resolve("id_rsa"), "one");
        var keys = keys("ssh", file.toString());

        assertThat(keys.signing()).isEqualTo(new Ssh(new Hidden("one"), "the file " + file));
        Files.writeString(file, "two");
        assertThat(keys.signing()).isEqualTo(new Ssh(new Hidden("two"), "the file " + file));
        assertThat(signing("openpgp", file.toString()))
                .isEqualTo(new OpenPgp(List.of(new Hidden("two")), "", "the file " + file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x509 | /key | git.commit-signing-method must be openpgp or ssh, and not 'x509'",
                "ssh | id_rsa | git.commit-signing-key: it must be the absolute path of a file with"
                        + " a private key",
                "openpgp | ada@example.org | git.commit-signing-key: it must be a key's id or"
                        + " fingerprint, or the absolute path of a file with a private key",
                "ssh | /none/key | git.commit-signing-key: the file /none/key cannot be read (it is"
                        + " not there)",
                "ssh | /dev/zero | git.commit-signing-key: the file /dev/zero cannot be read (it is"
                        + " too large)",
            })
    void what_names_no_key_is_told_of(String method, String key, String reason) {
        assertThat(signing(method, key)).isEqualTo(new Impossible(reason));
    }

    private static CommitSigning signing(String method, String key) {
        return keys(method, key).signing();
    }

    private static CommitKeys keys(String method, String key) {
        var style =
                CommitStyle.read(
                        Map.of("git.commit-signing-method", method, "git.commit-signing-key", key));
        return new CommitKeys(style::signing, () -> Map.of("ada", "armour"));
    }
}
