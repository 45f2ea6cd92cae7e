package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ProposalBranches;
import io.tiphys.repo.ProposalBranches.Proposed;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.GitHubHost.Answer;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;

/// Branches that propose a change by a commit that GitHub makes.
class GitHubProposalsTest extends AgainstGitHub {

    private static final String HEAD = "image-updater-1";
    private static final String REF = "refs/heads/" + HEAD;
    private static final String BESIDE = REF + ".new";
    private static final String FILE = "guestbook/service.yaml";

    @Test
    void a_proposal_is_one_commit_of_the_app_on_the_base() throws Exception {
        var before = tipOf(MAIN);

        var proposed = propose("a");

        assertThat(proposed).isEqualTo(new Proposed("main", tipOf(REF).name(), true, true));
        assertThat(tipOf(MAIN)).isEqualTo(before);
        assertThat(bare.exactRef(BESIDE)).isNull();
        assertThat(files(tipOf(REF))).isEqualTo(with(before, "a"));
        try (var walk = new RevWalk(bare)) {
            var commit = walk.parseCommit(tipOf(REF));
            assertThat(commit.getParent(0).getId()).isEqualTo(before);
            assertThat(commit.getAuthorIdent().getEmailAddress()).isEqualTo(BOT);
        }
    }

    @Test
    void another_takes_its_place_and_at_no_time_is_there_nothing_proposed() throws Exception {
        var first = propose("a");
        var theirs = commit("theirs.yaml", "theirs: 1\n");
        var seen = new ArrayList<String>();
        github.answer(
                question -> {
                    seen.add(tip());
                    return answer(question);
                });

        var second = propose("b");

        assertThat(seen).isNotEmpty().containsOnly(first.commit());
        assertThat(second.changed()).isTrue();
        assertThat(files(tipOf(REF))).isEqualTo(with(theirs, "b"));
        assertThat(bare.exactRef(BESIDE)).isNull();
    }

    @Test
    void the_same_is_not_proposed_again() {
        var first = propose("a");

        assertThat(propose("a")).isEqualTo(new Proposed("main", first.commit(), true, false));
    }

    @Test
    void what_was_begun_and_not_finished_is_begun_anew() throws Exception {
        point(BESIDE, commit("theirs.yaml", "theirs: 1\n"));
        var base = commit("more.yaml", "more: 1\n");

        propose("a");

        assertThat(files(tipOf(REF))).isEqualTo(with(base, "a"));
        assertThat(bare.exactRef(BESIDE)).isNull();
    }

    @Test
    void a_branch_of_somebody_else_is_left_to_them() throws Exception {
        propose("a");
        var theirs = theirCommit("ada@example.org");

        assertThatThrownBy(() -> propose("b"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("has a commit by Ada <ada@example.org>");
        assertThat(tipOf(REF)).isEqualTo(theirs);
    }

    @Test
    void a_branch_of_another_app_is_left_to_it() throws Exception {
        propose("a");
        point(REF, tipOf(MAIN));
        var theirs = theirCommit("4712+shop[bot]@users.noreply.github.com");

        assertThatThrownBy(() -> propose("b")).hasMessageContaining("is left to them");
        assertThat(tipOf(REF)).isEqualTo(theirs);
    }

    @Test
    void what_was_pushed_before_github_made_the_commits_is_ours_as_well() throws Exception {
        mirror.proposals().propose("main", HEAD, GitCredential.NONE, _ -> change("a"));

        assertThat(propose("b").changed()).isTrue();
        assertThat(files(tipOf(REF))).containsEntry(FILE, "b");
    }

    @Test
    void what_github_refuses_leaves_nothing_behind() throws Exception {
        github.answer(
                _ ->
                        new Answer(
                                200,
                                "{\"errors\": [{\"type\": \"FORBIDDEN\", \"message\": \"No.\"}]}"));

        assertThatThrownBy(() -> propose("a"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageEndingWith("makes no commit in %s: No.".formatted(github.url()));
        assertThat(bare.exactRef(REF)).isNull();
        assertThat(bare.exactRef(BESIDE)).isNull();
    }

    private ProposalBranches proposals() {
        return writing.of(github.url(), app).proposals();
    }

    private Proposed propose(String content) {
        return proposals().propose("main", HEAD, app, _ -> change(content));
    }

    private static Change change(String content) {
        return new Change(Map.of(FILE, content.getBytes(UTF_8)), "Propose");
    }

    private Map<String, String> with(ObjectId commit, String content) throws Exception {
        var files = files(commit);
        files.put(FILE, content);
        return files;
    }

    private String tip() {
        try {
            return tipOf(REF).name();
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// On our branch.
    private ObjectId theirCommit(String mail) throws Exception {
        var commit =
                new TreeEdit(bare)
                        .commit(
                                tipOf(REF),
                                "",
                                new Change(
                                        Map.of("notes.md", "Mine".getBytes(UTF_8)),
                                        "Theirs",
                                        new Author("Ada", mail, new CommitSigning.Unsigned()),
                                        Optional.empty()));
        point(REF, commit);
        return commit;
    }
}
