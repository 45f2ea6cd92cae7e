package io.tiphys.repo.git;

import static io.tiphys.repo.git.SignedCommits.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Signers;
import io.tiphys.core.model.Signers.Mode;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import io.tiphys.support.Credential;
import io.tiphys.support.GpgKey;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which signatures are looked at: of tags, and of what a commit goes back to.
class VerifiedHistoryTest extends AgainstGitHost {

    private static final String SEAL = "From now on\n\nArgocd-gpg-seal: reviewed\n";

    private static final GpgKey ADA = GpgKey.create();
    private static final GpgKey EVE = GpgKey.create();

    private SignedCommits commits;
    private ObjectId base;
    private ObjectId first;

    @BeforeEach
    void begin() throws Exception {
        commits = new SignedCommits(bare);
        base = tipOf(MAIN);
        first = commits.commit(ADA::sign, "First of all");
    }

    @Test
    void of_an_annotated_tag_the_tag_is_looked_at_and_not_the_commit() throws Exception {
        var unsigned = commits.commit(NOBODY, "Unsigned", base);
        var signed = commits.commit(ADA::sign, "Signed", base);
        point("refs/tags/v1", commits.tag(ADA::sign, "v1", unsigned));
        point("refs/tags/v2", commits.tag(NOBODY, "v2", signed));
        point("refs/tags/v3", signed);
        point("refs/tags/v4", unsigned);

        assertThat(verify("v1", Mode.HEAD).problems()).isEmpty();
        assertThat(verify("v2", Mode.HEAD).problems())
                .containsExactly(
                        "GIT/GPG: Failed verifying revision v2 by 'Ada <ada@example.org>': unsigned"
                                + " (key_id=)");
        assertThat(verify("v3", Mode.HEAD).problems()).isEmpty();
        assertThat(verify("v4", Mode.HEAD).problems())
                .singleElement()
                .asString()
                .contains("unsigned");
    }

    @Test
    void a_tag_that_was_signed_under_another_name_does_not_count() throws Exception {
        point("refs/tags/v9", commits.tag(ADA::sign, "v1", base));

        assertThat(verify("v9", Mode.HEAD).problems())
                .singleElement()
                .asString()
                .contains("signed as the tag 'v1'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.x", "1.0.0", "refs/tags/1.0.0"})
    void a_tag_that_is_made_anew_for_its_commit_is_looked_at_anew(String revision)
            throws Exception {
        point("refs/tags/1.0.0", commits.tag(NOBODY, "1.0.0", base));
        assertThat(verify(revision, Mode.HEAD).allowed()).isFalse();

        point("refs/tags/1.0.0", commits.tag(ADA::sign, "1.0.0", base));
        assertThat(verify(revision, Mode.HEAD).problems()).isEmpty();

        point("refs/tags/1.0.0", commits.tag(EVE::sign, "1.0.0", base));
        assertThat(mirror.look(List.of(Revision.of(revision, "")))).isEmpty();
        assertThat(verify(revision, Mode.HEAD, FetchDemand.ANY).allowed()).isFalse();
    }

    @Test
    void a_tag_is_looked_at_after_a_restart_as_well() throws Exception {
        point("refs/tags/1.0.0", commits.tag(NOBODY, "1.0.0", commit(ADA, "Signed", base)));
        assertThat(verify("1.x", Mode.HEAD).allowed()).isFalse();

        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        mirror = mirrors.of(host.cloneUrl().toString(), GitCredential.NONE);

        assertThat(verify("1.x", Mode.HEAD).allowed()).isFalse();
    }

    @Test
    void a_commit_that_is_named_by_its_id_is_looked_at_itself() throws Exception {
        var unsigned = commits.commit(NOBODY, "Unsigned", base);
        point("refs/tags/v1", commits.tag(ADA::sign, "v1", unsigned));
        point(MAIN, unsigned);

        assertThat(verify(unsigned.name(), Mode.HEAD).allowed()).isFalse();
    }

    @Test
    void strictly_every_commit_counts() throws Exception {
        var second = commit(ADA, "Second", first);
        var unsigned = commits.commit(NOBODY, "Unsigned", second);

        assertThat(strictly(second).problems()).isEmpty();
        assertThat(strictly(commit(ADA, "On top", unsigned)).problems())
                .containsExactly(
                        "GIT/GPG: Failed verifying revision %s by 'Ada <ada@example.org>': unsigned (key_id=)"
                                .formatted(unsigned.name()));
        assertThat(strictly(commit(ADA, "Merge", second, unsigned)).allowed()).isFalse();
        point(MAIN, commit(ADA, "On top of it", unsigned));
        assertThat(verify("main", Mode.HEAD).problems()).isEmpty();
    }

    @Test
    void strictly_what_a_depth_leaves_out_does_not_count_as_signed() throws Exception {
        var unsigned = commits.commit(NOBODY, "Unsigned", first);
        var signed = commit(ADA, "On top", unsigned);
        point(MAIN, signed);
        mirror =
                mirrors.of(
                        host.cloneUrl().toString(),
                        Credential.of(host.cloneUrl().toString(), Map.of("depth", "1")));

        assertThat(verify("main", Mode.HEAD).problems()).isEmpty();
        assertThat(verify("main", Mode.STRICT).problems())
                .singleElement()
                .asString()
                .contains("goes back to commits that are not fetched");

        point(MAIN, commit(ADA, SEAL, signed));
        assertThat(verify("main", Mode.STRICT).problems()).isEmpty();
    }

    @Test
    void strictly_a_tag_and_its_history_count() throws Exception {
        var unsigned = commits.commit(NOBODY, "Unsigned", first);
        point("refs/tags/v1", commits.tag(ADA::sign, "v1", first));
        point("refs/tags/v2", commits.tag(ADA::sign, "v2", unsigned));
        point("refs/tags/v3", commits.tag(NOBODY, "v3", first));

        assertThat(verify("v1", Mode.STRICT).problems()).isEmpty();
        assertThat(verify("v2", Mode.STRICT).problems()).hasSize(1);
        assertThat(verify("v3", Mode.STRICT).problems()).hasSize(1);
    }

    @Test
    void a_seal_vouches_for_all_before_it_on_whatever_way_it_is_reached() throws Exception {
        var old = commits.commit(NOBODY, "Old", first);
        var older = commits.commit(NOBODY, "Older than the seal", old);
        var seal = commit(ADA, SEAL, older);
        var beside = commit(ADA, "From before the seal", old);

        assertThat(strictly(seal).problems()).isEmpty();
        assertThat(strictly(commit(ADA, "After it", seal)).problems()).isEmpty();
        assertThat(strictly(commit(ADA, "Merge", seal, beside)).problems()).isEmpty();
        assertThat(strictly(commits.commit(NOBODY, "Unsigned", seal)).problems()).hasSize(1);
        assertThat(strictly(beside).allowed()).isFalse();
    }

    @Test
    void only_a_signer_can_seal() throws Exception {
        var old = commits.commit(NOBODY, "Old", first);
        var unsigned = commits.commit(NOBODY, SEAL, old);
        var byEve = commit(EVE, SEAL, old);

        assertThat(strictly(commit(ADA, "After it", unsigned)).problems()).hasSize(2);
        assertThat(strictly(commit(ADA, "After it", byEve)).problems()).hasSize(2);
    }

    private ObjectId commit(GpgKey key, String message, ObjectId... parents) throws Exception {
        return commits.commit(key::sign, message, parents);
    }

    private Verdict strictly(ObjectId commit) throws Exception {
        point(MAIN, commit);
        return verify("main", Mode.STRICT);
    }

    private Verdict verify(String revision, Mode mode) {
        return verify(revision, mode, FetchDemand.NEWEST);
    }

    private Verdict verify(String text, Mode mode, FetchDemand fetch) {
        var revision = Revision.of(text, "");
        var demand =
                new Demand.Signatures(
                        new Signers(mode, List.of(ADA.id()), List.of()),
                        new SigningKeys(VerificationTest.ring(ADA, EVE), ""));
        return mirror.verify(revision, mirror.resolve(revision, fetch), demand);
    }
}
