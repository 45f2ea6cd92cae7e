package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.CommitSigning.OpenPgp;
import io.tiphys.core.model.CommitSigning.Ssh;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Signers;
import io.tiphys.core.model.Signers.Mode;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.GpgKey;
import io.tiphys.support.Installed;
import io.tiphys.support.SshKey;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the service commits is signed as it is told to, so that Git, GPG and a project's policy
/// find nothing amiss; or it is not committed.
class SignedWriteTest extends AgainstGitHost {

    private static final String CANARY = "canary-of-the-signing-key";
    private static final GpgKey ADA = GpgKey.create();

    private int written;

    @Test
    void git_and_a_policy_know_what_a_key_of_openpgp_signed() throws Exception {
        assumeTrue(Installed.isOnPath("gpg"), "needs gpg");
        var gnupg = Files.createDirectory(directory.resolve("gnupg")).toString();
        var known = Files.writeString(directory.resolve("ada.asc"), ADA.armoured());
        run(Map.of("GNUPGHOME", gnupg), "gpg", "--batch", "--import", known.toString());

        for (var id : List.of("", ADA.id(), ADA.fingerprint(), ADA.subkeyId())) {
            var commit = write(openPgp(ADA.armouredPrivate(), id));

            assertThat(verified(Map.of("GNUPGHOME", gnupg), commit)).contains("Good signature");
            assertThat(problems(commit, gpg(ADA, ADA.id()))).isEmpty();
        }
        assertThat(problems(write(openPgp(ADA.armouredPrivate(), ADA.subkeyId())), subkey(ADA)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ssh-ed25519, 256", "ssh-rsa, 3072", "ecdsa-sha2-nistp384, 384"})
    void git_and_a_policy_know_what_a_key_of_ssh_signed(String type, int size) throws Exception {
        assumeTrue(Installed.isOnPath("ssh-keygen"), "needs ssh-keygen");
        var key = SshKey.create(directory, type, size);
        var line = "ada@example.org namespaces=\"git\" " + key.known();
        var signers = Files.writeString(directory.resolve("signers"), line + "\n");

        var commit = write(ssh(Files.readString(key.file())));

        assertThat(verified(Map.of(), commit, "gpg.ssh.allowedSignersFile=" + signers))
                .contains("Good \"git\" signature for ada@example.org");
        assertThat(
                        problems(
                                commit,
                                new Demand.Signatures(
                                        new Signers(
                                                Mode.HEAD, List.of(), List.of(key.fingerprint())),
                                        new SigningKeys(Map.of(), line))))
                .isEmpty();
    }

    @Test
    void what_is_restored_is_signed_as_well() throws Exception {
        var then = tipOf(MAIN);
        write(new CommitSigning.Unsigned());

        var restored =
                mirror.restore(
                        "main",
                        Map.of("", then.name()),
                        GitCredential.NONE,
                        by(openPgp(ADA.armouredPrivate(), "")),
                        "As it was");

        assertThat(problems(restored.commit(), gpg(ADA, ADA.id()))).isEmpty();
        assertThat(files(tipOf(MAIN))).isEqualTo(files(then));
    }

    @Test
    void a_key_that_cannot_sign_is_told_of_and_nothing_is_committed() throws Exception {
        var expired = GpgKey.create(Instant.now().minusSeconds(7200), 6000);
        var encrypted = SshKey.encrypted(CANARY);

        assertRefused(openPgp(expired.armouredPrivate(), ""), "has a key that expired at 20");
        assertRefused(openPgp(ADA.revoked().armouredPrivate(), ""), "has a key that is revoked");
        assertRefused(
                openPgp(ADA.armouredPrivate(CANARY), ""), "asks for a passphrase, which must be");
        assertRefused(
                openPgp(ADA.armouredPrivate(), expired.id()),
                "holds no armoured private key %s that can be read".formatted(expired.id()));
        assertRefused(openPgp(ADA.armoured(), ""), "holds no armoured private key that can be");
        assertRefused(openPgp(CANARY, ""), "holds no armoured private key that can be read");
        assertRefused(openPgp("", ""), "holds no armoured private key that can be read");
        assertRefused(ssh(CANARY), "is no private key that can be read: it must be in OpenSSH's");
        assertRefused(
                ssh(encrypted), "is no private key that can be read: it must be in OpenSSH's");
        assertRefused(ssh(""), "is no private key that can be read: it must be in OpenSSH's");
        assertRefused(new CommitSigning.Impossible("There is none"), "There is none");
    }

    private void assertRefused(CommitSigning signing, String reason) throws Exception {
        var before = tipOf(MAIN);

        assertThatThrownBy(() -> write(signing))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain(CANARY);
        assertThat(tipOf(MAIN)).isEqualTo(before);
    }

    private String write(CommitSigning signing) {
        var content = "written: %d\n".formatted(written++).getBytes(UTF_8);
        return mirror.write(
                        "main",
                        "",
                        GitCredential.NONE,
                        _ ->
                                new Change(
                                        Map.of("written.yaml", content),
                                        "Write it",
                                        by(signing),
                                        Optional.empty()))
                .commit();
    }

    private static Author by(CommitSigning signing) {
        return new Author("Ada", "ada@example.org", signing);
    }

    private static CommitSigning openPgp(String key, String id) {
        // An entry that is none is in nobody's way.
        var keys = List.of(new Hidden("no key"), new Hidden(key));
        return new OpenPgp(keys, id, "the Secret keys");
    }

    private static CommitSigning ssh(String key) {
        return new Ssh(new Hidden(key), "the file /keys/id");
    }

    private static Demand.Signatures gpg(GpgKey key, String named) {
        return new Demand.Signatures(
                new Signers(Mode.HEAD, List.of(named), List.of()),
                new SigningKeys(Map.of(key.id(), key.armoured()), ""));
    }

    private static Demand.Signatures subkey(GpgKey key) {
        return gpg(key, key.subkeyId());
    }

    private List<String> problems(String commit, Demand.Signatures demand) throws IOException {
        return new Verification(Instant::now)
                .verify(bare, Optional.empty(), ObjectId.fromString(commit).name(), demand)
                .problems();
    }

    /// What Git itself says of a commit's signature.
    private String verified(Map<String, String> environment, String commit, String... settings)
            throws Exception {
        var command =
                Stream.of(
                                Stream.of("git", "--git-dir", bare.getDirectory().toString()),
                                Stream.of(settings).flatMap(it -> Stream.of("-c", it)),
                                Stream.of("verify-commit", "--verbose", commit))
                        .flatMap(it -> it);
        return run(environment, command.toArray(String[]::new));
    }

    private static String run(Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var running = builder.start();
        var said = new String(running.getInputStream().readAllBytes(), UTF_8);
        assertThat(running.waitFor()).as(said).isZero();
        return said;
    }
}
