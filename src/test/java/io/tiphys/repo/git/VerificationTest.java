package io.tiphys.repo.git;

import static io.tiphys.repo.git.SignedCommits.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Signers;
import io.tiphys.core.model.Signers.Mode;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import io.tiphys.support.GpgKey;
import io.tiphys.support.SshKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Commits and tags of a host are verified by what is fetched of them.
class VerificationTest extends AgainstGitHost {

    private static final GpgKey ADA = GpgKey.create();
    private static final GpgKey EVE = GpgKey.create();

    private SignedCommits commits;
    private ObjectId base;

    @BeforeEach
    void begin() throws Exception {
        commits = new SignedCommits(bare);
        base = tipOf(MAIN);
    }

    @Test
    void a_commit_that_a_signer_signed_is_allowed() throws Exception {
        var verdict = verify(commits.commit(ADA::sign, "Signed", base), head(ADA));

        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.signature())
                .isEqualTo("Good signature from Ada <ada@example.org> key " + ADA.id());
    }

    @Test
    void a_subkey_signs_for_its_key_and_may_be_named_itself() throws Exception {
        var commit = commits.commit(ADA::signBySubkey, "Signed", base);

        assertThat(verify(commit, head(ADA)).problems()).isEmpty();
        assertThat(verify(commit, head(ring(ADA), ADA.fingerprint())).problems()).isEmpty();
        assertThat(verify(commit, head(ring(ADA), ADA.subkeyId())).problems()).isEmpty();
        assertThat(verify(commit, head(ring(ADA), EVE.id())).problems())
                .singleElement()
                .asString()
                .contains("signed with unallowed key (key_id=" + ADA.subkeyId());
    }

    @Test
    void an_unsigned_commit_is_refused() throws Exception {
        var commit = commits.commit(NOBODY, "Unsigned", base);

        assertThat(verify(commit, head(ADA)).problems())
                .containsExactly(
                        "GIT/GPG: Failed verifying revision %s by 'Ada <ada@example.org>': unsigned (key_id=)"
                                .formatted(commit.name()));
    }

    @Test
    void a_key_that_is_not_in_the_ring_signs_for_nobody() throws Exception {
        var commit = commits.commit(EVE::sign, "Signed", base);

        assertThat(verify(commit, head(ring(ADA), EVE.id())).problems())
                .singleElement()
                .asString()
                .contains("signed with key not in keyring (key_id=" + EVE.id());
    }

    @Test
    void an_entry_that_holds_no_key_or_another_one_is_named() throws Exception {
        var commit = commits.commit(EVE::sign, "Signed", base);
        var ring = Map.of(EVE.id(), ADA.armoured(), "0123456789ABCDEF", "no key");

        assertThat(verify(commit, head(ring, EVE.id(), ADA.id())).problems())
                .singleElement()
                .asString()
                .contains("signed with key not in keyring", "0123456789ABCDEF=")
                .contains(EVE.id() + "=it holds the key " + ADA.id());
    }

    @Test
    void a_revoked_key_signs_for_nobody() throws Exception {
        var commit = commits.commit(ADA::sign, "Signed", base);
        var bySubkey = commits.commit(ADA::signBySubkey, "Signed", base);

        assertThat(problem(commit, head(ADA.revoked()))).contains("signed with revoked key");
        assertThat(problem(bySubkey, head(ADA.revoked()))).contains("signed with revoked key");
        assertThat(problem(bySubkey, head(ADA.withoutSubkey())))
                .contains("signed with revoked key");
        assertThat(verify(commit, head(ADA.withoutSubkey())).problems()).isEmpty();
    }

    @Test
    void a_key_that_is_listed_twice_and_revoked_once_is_revoked() throws Exception {
        var commit = commits.commit(ADA::sign, "Signed", base);
        var ring = Map.of(ADA.id(), ADA.armoured(), ADA.fingerprint(), ADA.revoked().armoured());
        var other = Map.of(ADA.fingerprint(), ADA.armoured(), ADA.id(), ADA.revoked().armoured());

        assertThat(problem(commit, head(ring, ADA.id()))).contains("signed with revoked key");
        assertThat(problem(commit, head(other, ADA.id()))).contains("signed with revoked key");
    }

    @Test
    void an_expired_key_signs_for_nobody_even_what_it_signed_before() throws Exception {
        var expired = GpgKey.create(Instant.now().minusSeconds(7200), 6000);
        var commit = commits.commit(expired::sign, "Signed", base);

        assertThat(problem(commit, head(expired))).contains("signed with expired key");
    }

    @Test
    void an_expired_signature_does_not_count() throws Exception {
        var commit = commits.commit(it -> ADA.signFor(it, 60), "Signed", base);

        assertThat(problem(commit, head(ADA))).contains("expired signature");
        var lasting = commits.commit(it -> ADA.signFor(it, 7200), "Signed", base);
        assertThat(verify(lasting, head(ADA)).problems()).isEmpty();
    }

    @Test
    void a_weak_hash_does_not_count() throws Exception {
        var commit = commits.commit(ADA::signWeakly, "Signed", base);

        assertThat(problem(commit, head(ADA))).contains("bad signature: its hash is too weak");
    }

    @Test
    void the_signature_of_another_commit_does_not_count() throws Exception {
        var other = ADA.sign("tree 1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var commit = commits.commit(_ -> other, "Forged", base);

        assertThat(problem(commit, head(ADA))).contains("bad signature (key_id=" + ADA.id() + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN PGP SIGNATURE-----\n\nnonsense\n-----END PGP SIGNATURE-----",
                "-----BEGIN PGP SIGNATURE-----",
                "-----BEGIN PGP SIGNATURE-----\n\n////////\n=AAAA\n-----END PGP SIGNATURE-----",
                "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----",
                "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH/////////w==\n-----END SSH SIGNATURE-----",
                "-----BEGIN SSH SIGNATURE-----\n\u0000\n-----END SSH SIGNATURE-----",
                "-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----",
                "I swear that this is mine",
            })
    void what_is_no_signature_does_not_count(String armour) throws Exception {
        var commit = commits.commit(_ -> armour, "Forged", base);

        assertThat(problem(commit, head(ADA)))
                .containsAnyOf("bad signature", "signed in a way that is not known");
    }

    @Test
    void two_signatures_are_none() throws Exception {
        var signed = commits.commit(ADA::sign, "Signed", base);
        var twice =
                commits.forged(
                        signed,
                        text -> {
                            int from = text.indexOf("gpgsig ");
                            int to = text.indexOf("\n\n", from) + 1;
                            var header = text.substring(from, to);
                            return text.substring(0, to) + header + text.substring(to);
                        });
        var inOne = commits.commit(it -> GpgKey.joined(ADA.sign(it), EVE.sign(it)), "Signed", base);

        assertThat(problem(twice, head(ADA))).contains("bad signature: there are several");
        assertThat(problem(inOne, head(ring(ADA, EVE), ADA.id(), EVE.id())))
                .contains("bad signature");
    }

    @Test
    void a_signature_of_many_megabytes_is_not_looked_at() throws Exception {
        var signed = commits.commit(ADA::sign, "Signed", base);
        var large = commits.forged(signed, text -> padded(text, 10 * 1024 * 1024));
        var long_ = commits.forged(signed, text -> padded(text, 100 * 1024));

        assertThat(problem(large, head(ADA))).contains("larger than 1 MB, and not looked at");
        assertThat(problem(long_, head(ADA))).contains("bad signature: it is too long to be one");
    }

    private static String padded(String text, int length) {
        return text.replaceFirst("gpgsig (.*)\n", "gpgsig $1\n" + " AAAA\n".repeat(length / 6));
    }

    @ParameterizedTest
    @CsvSource({"ssh-ed25519, 256", "ssh-rsa, 2048", "ecdsa-sha2-nistp384, 384"})
    void a_key_of_ssh_signs_if_it_is_listed_and_named(String type, int size) throws Exception {
        var key = SshKey.create(directory, type, size);
        var commit = commits.commit(it -> key.sign(bare, it), "Signed", base);
        var listed = "ada@example.org namespaces=\"git\" " + key.known();

        assertThat(verify(commit, ssh(listed, key.fingerprint())).problems()).isEmpty();
        assertThat(problem(commit, ssh(listed)))
                .startsWith("GIT/GPG: ")
                .contains("signed with unallowed key (key_id=" + key.fingerprint());
        assertThat(problem(commit, ssh("", key.fingerprint())))
                .startsWith("GIT/SSH: ")
                .contains("signed with key not among the allowed signers (key_id=SHA256:");
        assertThat(problem(commit, ssh("* cert-authority " + key.known(), key.fingerprint())))
                .contains("lines cannot be read: [line 1: cert-authority is not known here");
        assertThat(
                        problem(
                                commit,
                                ssh(
                                        "* valid-before=\"20200101\" " + key.known(),
                                        key.fingerprint())))
                .contains("signed with a key at a time when it was not valid");
    }

    @Test
    void the_ssh_signature_of_another_commit_does_not_count() throws Exception {
        var key = SshKey.create(directory, "ssh-ed25519", 256);
        var other = key.sign(bare, bare.open(base).getBytes());
        var commit = commits.commit(_ -> other, "Forged", base);

        assertThat(problem(commit, ssh("ada " + key.known(), key.fingerprint())))
                .contains("bad signature");
    }

    @Test
    void a_verdict_is_remembered_until_a_key_expires_or_is_taken_away() throws Exception {
        // Given
        var empty = new InMemoryRepository(new DfsRepositoryDescription("empty"));
        var brief = GpgKey.create(Instant.now().minusSeconds(3600), 7200);
        var commit = commits.commit(brief::sign, "Signed", base).name();
        // A signature of the second after would not count.
        var now = new AtomicReference<>(Instant.now());
        var verification = new Verification(now::get);

        // When
        var first = verification.verify(bare, Optional.empty(), commit, head(brief));

        // Then
        assertThat(first.allowed()).isTrue();
        assertThat(verification.verify(empty, Optional.empty(), commit, head(brief)))
                .isEqualTo(first);
        assertThat(
                        verification
                                .verify(bare, Optional.empty(), commit, head(Map.of(), brief.id()))
                                .allowed())
                .isFalse();

        // When
        now.updateAndGet(it -> it.plus(Duration.ofHours(2)));

        // Then
        assertThat(verification.verify(bare, Optional.empty(), commit, head(brief)).problems())
                .singleElement()
                .asString()
                .contains("signed with expired key");
    }

    private String problem(ObjectId commit, Demand.Signatures demand) throws Exception {
        var problems = verify(commit, demand).problems();
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }

    private Verdict verify(ObjectId commit, Demand.Signatures demand) throws Exception {
        point(MAIN, commit);
        var main = Revision.named("main");
        return mirror.verify(main, mirror.resolve(main, FetchDemand.NEWEST), demand);
    }

    static Demand.Signatures head(GpgKey key) {
        return head(ring(key), key.id());
    }

    private static Demand.Signatures head(Map<String, String> ring, String... keys) {
        return new Demand.Signatures(
                new Signers(Mode.HEAD, List.of(keys), List.of()), new SigningKeys(ring, ""));
    }

    private static Demand.Signatures ssh(String listed, String... keys) {
        return new Demand.Signatures(
                new Signers(Mode.HEAD, List.of(), List.of(keys)),
                new SigningKeys(Map.of(), listed));
    }

    static Map<String, String> ring(GpgKey... keys) {
        var ring = new HashMap<String, String>();
        for (var key : keys) {
            ring.put(key.id(), key.armoured());
        }
        return ring;
    }
}
