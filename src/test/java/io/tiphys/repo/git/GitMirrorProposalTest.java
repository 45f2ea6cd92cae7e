package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ProposalBranches.Proposed;
import io.tiphys.repo.ProposalBranches.Standing;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;

/// A branch that proposes changes of another is made anew each time, and only while it is nobody
/// else's.
class GitMirrorProposalTest extends AgainstGitHost {

    private static final String HEAD = "image-updater-1";
    private static final String REF = "refs/heads/" + HEAD;
    private static final String FILE = "guestbook/service.yaml";

    @Test
    void a_proposal_is_one_commit_on_the_base_which_stays() throws Exception {
        var before = tipOf(MAIN);

        var proposed = propose("a");

        assertThat(proposed).isEqualTo(new Proposed("main", tipOf(REF).name(), true, true));
        assertThat(tipOf(MAIN)).isEqualTo(before);
        assertThat(parent(REF)).isEqualTo(before);
        var files = files(before);
        files.put(FILE, "a");
        assertThat(files(tipOf(REF))).isEqualTo(files);
    }

    @Test
    void the_same_proposal_is_not_pushed_again_whatever_else_the_base_got() throws Exception {
        var first = propose("a");
        commit("theirs.yaml", "theirs: 1\n");

        var again = propose("a");

        assertThat(again).isEqualTo(new Proposed("main", first.commit(), true, false));
        assertThat(tipOf(REF).name()).isEqualTo(first.commit());
    }

    @Test
    void another_proposal_takes_the_place_of_the_one_before_on_the_newest_base() throws Exception {
        propose("a");
        var theirs = commit("theirs.yaml", "theirs: 1\n");

        var proposed = propose("b");

        assertThat(proposed.changed()).isTrue();
        assertThat(parent(REF)).isEqualTo(theirs);
        assertThat(files(tipOf(REF))).containsEntry(FILE, "b").containsKey("theirs.yaml");
    }

    @Test
    void a_file_that_is_not_proposed_any_more_is_as_the_base_has_it() throws Exception {
        mirror.proposals()
                .propose(
                        "main", HEAD, GitCredential.NONE, _ -> change(Map.of(FILE, "a", "x", "1")));

        assertThat(propose("a").changed()).isTrue();
        assertThat(files(tipOf(REF))).containsEntry(FILE, "a").doesNotContainKey("x");
    }

    @Test
    void what_was_proposed_before_is_known_with_what_it_was_for() throws Exception {
        var original = files(tipOf(MAIN)).get(FILE);
        propose("a");
        commit(FILE, "theirs");

        var seen = new String[3];
        mirror.proposals()
                .propose(
                        "main",
                        HEAD,
                        GitCredential.NONE,
                        standing -> {
                            var before = standing.before().orElseThrow();
                            seen[0] = text(standing.base());
                            seen[1] = text(before.fork());
                            seen[2] = text(before.head());
                            return change(Map.of());
                        });

        assertThat(seen).containsExactly("theirs", original, "a");
    }

    @Test
    void nothing_to_propose_leaves_the_branch_to_be_deleted() throws Exception {
        var first = propose("a");

        var nothing =
                mirror.proposals().propose("main", HEAD, GitCredential.NONE, _ -> change(Map.of()));

        assertThat(nothing).isEqualTo(new Proposed("main", first.commit(), false, false));
        mirror.proposals().delete(HEAD, nothing.commit(), GitCredential.NONE);
        assertThat(bare.exactRef(REF)).isNull();
        mirror.proposals().delete(HEAD, nothing.commit(), GitCredential.NONE);
        assertThat(
                        mirror.proposals()
                                .propose("main", HEAD, GitCredential.NONE, _ -> change(Map.of())))
                .isEqualTo(new Proposed("main", "", false, false));
    }

    @Test
    void a_branch_that_moved_meanwhile_is_not_deleted() throws Exception {
        var first = propose("a");
        propose("b");
        var second = tipOf(REF);

        mirror.proposals().delete(HEAD, first.commit(), GitCredential.NONE);

        assertThat(tipOf(REF)).isEqualTo(second);
    }

    @Test
    void a_commit_of_somebody_else_is_never_lost() throws Exception {
        propose("a");
        var theirs = theirCommit(tipOf(REF), "Ada", "ada@example.org");

        assertThatThrownBy(() -> propose("b"))
                .hasMessageContaining("The branch image-updater-1 of")
                .hasMessageContaining("has a commit by Ada <ada@example.org>, and is left to them");
        assertThat(tipOf(REF)).isEqualTo(theirs);
        assertThat(
                        mirror.proposals()
                                .propose("main", HEAD, GitCredential.NONE, _ -> change(Map.of())))
                .isEqualTo(new Proposed("main", "", false, false));
    }

    @Test
    void a_commit_of_somebody_else_below_ours_is_never_lost() throws Exception {
        var theirs = theirCommit(tipOf(MAIN), "Ada", "ada@example.org");
        var ours = theirCommit(theirs, Author.SERVICE.name(), Author.SERVICE.mail());

        assertThatThrownBy(() -> propose("b")).hasMessageContaining("is left to them");
        assertThat(tipOf(REF)).isEqualTo(ours);
    }

    @Test
    void a_branch_that_was_merged_is_begun_anew() throws Exception {
        propose("a");
        point(MAIN, tipOf(REF));
        var merged = tipOf(MAIN);

        assertThat(propose("b").changed()).isTrue();
        assertThat(parent(REF)).isEqualTo(merged);
    }

    @Test
    void who_pushes_first_is_not_overwritten() throws Exception {
        propose("a");
        var theirs = new ObjectId[1];

        assertThatThrownBy(
                        () ->
                                mirror.proposals()
                                        .propose(
                                                "main",
                                                HEAD,
                                                GitCredential.NONE,
                                                _ -> {
                                                    if (theirs[0] == null) {
                                                        theirs[0] =
                                                                theirCommit(
                                                                        "Ada", "ada@example.org");
                                                    }
                                                    return change(Map.of(FILE, "b"));
                                                }))
                .hasMessageContaining("is left to them");
        assertThat(tipOf(REF)).isEqualTo(theirs[0]);
    }

    @Test
    void the_default_branch_is_named_and_is_not_proposed_to_itself() throws Exception {
        Function<Standing, Change> edit = _ -> change(Map.of(FILE, "a"));

        assertThat(mirror.proposals().propose("HEAD", HEAD, GitCredential.NONE, edit).base())
                .isEqualTo("main");
        assertThatThrownBy(
                        () -> mirror.proposals().propose("HEAD", "main", GitCredential.NONE, edit))
                .hasMessage("'main' cannot be proposed to itself");
        assertThatThrownBy(
                        () -> mirror.proposals().propose("main", "a..b", GitCredential.NONE, edit))
                .hasMessage("'a..b' cannot be the name of a branch");
    }

    @Test
    void what_is_to_be_reviewed_is_pushed_beside_the_branch() throws Exception {
        var before = tipOf(MAIN);

        var written =
                mirror.proposals()
                        .review("HEAD", GitCredential.NONE, _ -> change(Map.of(FILE, "a")));

        assertThat(written.changed()).isTrue();
        assertThat(tipOf("refs/for/main").name()).isEqualTo(written.commit());
        assertThat(parent("refs/for/main")).isEqualTo(before);
        assertThat(tipOf(MAIN)).isEqualTo(before);
    }

    private Proposed propose(String content) {
        return mirror.proposals()
                .propose("main", HEAD, GitCredential.NONE, _ -> change(Map.of(FILE, content)));
    }

    private static Change change(Map<String, String> files) {
        var bytes = new HashMap<String, byte[]>();
        files.forEach((path, text) -> bytes.put(path, text.getBytes(UTF_8)));
        return new Change(bytes, "Propose");
    }

    private static String text(Folder root) {
        return new String(root.read(root.file(FILE).orElseThrow()), UTF_8);
    }

    private ObjectId theirCommit(String name, String mail) {
        try {
            return theirCommit(tipOf(REF), name, mail);
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// On our branch.
    private ObjectId theirCommit(ObjectId parent, String name, String mail) throws Exception {
        var commit =
                new TreeEdit(bare)
                        .commit(
                                parent,
                                "",
                                new Change(
                                        Map.of("notes.md", "Mine".getBytes(UTF_8)),
                                        "Theirs",
                                        new Author(name, mail, new CommitSigning.Unsigned()),
                                        Optional.empty()));
        point(REF, commit);
        return commit;
    }

    private ObjectId parent(String ref) throws Exception {
        try (var walk = new RevWalk(bare)) {
            var commit = walk.parseCommit(tipOf(ref));
            assertThat(commit.getParentCount()).isEqualTo(1);
            return commit.getParent(0).getId();
        }
    }
}
