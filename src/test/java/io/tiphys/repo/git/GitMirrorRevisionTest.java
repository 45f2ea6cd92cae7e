package io.tiphys.repo.git;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Move;
import io.tiphys.support.CountingGitHost;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the forms of a `targetRevision` lead to that are no plain names.
class GitMirrorRevisionTest extends AgainstGitHost {

    private static final FetchDemand RECENT = new FetchDemand(List.of(), 3600);
    private static final String NOWHERE = "0".repeat(40);

    private CountingGitHost counting;

    @BeforeEach
    void count() {
        counting = CountingGitHost.of(host.cloneUrl());
        mirror = mirrors.of(counting.url(), GitCredential.NONE);
    }

    @AfterEach
    void stopCounting() {
        counting.close();
    }

    @Test
    void the_newest_tag_that_a_constraint_allows_costs_a_question_about_tags_and_a_fetch()
            throws Exception {
        var first = tipOf(MAIN);
        var second = commit("a.yaml", "a: 1\n");
        point("refs/tags/1.0.0", first);
        point("refs/tags/1.10.0", second);
        point("refs/tags/1.9.0", first);
        point("refs/tags/2.0.0", first);
        point("refs/tags/latest", first);

        assertThat(mirror.resolve("1.x", FetchDemand.ANY)).isEqualTo(second.name());

        assertThat(read(second.name(), "")).containsEntry("a.yaml", "a: 1\n");
        assertThat(counting.exchanges()).isEqualTo(2);
        assertThat(counting.packs()).isEqualTo(1);
        counting.prefixes();
        assertThat(look("1.x")).isEmpty();
        assertThat(counting.prefixes())
                .containsExactly("refs/heads/1.x", "refs/tags/", "refs/tags/1.x");
        for (int i = 0; i < 10; i++) {
            assertThat(mirror.resolve("1.x", RECENT)).isEqualTo(second.name());
        }
        assertThat(counting.exchanges()).isEqualTo(3);
    }

    @Test
    void only_tags_behind_the_prefix_are_asked_for_and_count() throws Exception {
        var api = tipOf(MAIN);
        var web = commit("a.yaml", "a: 1\n");
        point("refs/tags/api-1.2.0", api);
        point("refs/tags/web-1.3.0", web);
        point("refs/tags/1.4.0", web);

        assertThat(mirror.resolve(Revision.of("1.*", "api-"), FetchDemand.ANY))
                .isEqualTo(api.name());
        counting.prefixes();
        mirror.look(List.of(Revision.of("1.*", "api-")));
        assertThat(counting.prefixes()).containsExactly("refs/tags/api-");
        assertThat(mirror.resolve(Revision.of("1.2.0", "api-"), FetchDemand.ANY))
                .isEqualTo(api.name());
        assertThat(mirror.resolve(Revision.of("main", "api-"), FetchDemand.ANY))
                .isEqualTo(web.name());
    }

    @Test
    void a_push_of_a_newer_tag_is_followed_and_of_an_older_one_asked_for_once() throws Exception {
        var first = tipOf(MAIN);
        var second = commit("a.yaml", "a: 1\n");
        point("refs/tags/1.1.0", first);
        mirror.resolve("1.x", FetchDemand.ANY);

        point("refs/tags/1.2.0", second);
        var newer = FetchDemand.including("h/r", "newer", second.name());
        assertThat(mirror.resolve("1.x", newer)).isEqualTo(second.name());

        point("refs/tags/1.0.9", first);
        var older = FetchDemand.including("h/r", "older", first.name());
        assertThat(mirror.resolve("1.x", older)).isEqualTo(second.name());
        int exchanges = counting.exchanges();
        assertThat(mirror.resolve("1.x", older)).isEqualTo(second.name());
        assertThat(counting.exchanges()).isEqualTo(exchanges);
    }

    @Test
    void a_name_counts_where_no_tag_satisfies_the_constraint() throws Exception {
        var branch = tipOf(MAIN);
        var tagged = commit("a.yaml", "a: 1\n");
        point("refs/heads/1.x", branch);
        point("refs/tags/2.0.0", tagged);
        assertThat(mirror.resolve("1.x", FetchDemand.ANY)).isEqualTo(branch.name());

        point("refs/tags/1.0.0", tagged);

        assertThat(mirror.resolve("1.x", FetchDemand.NEWEST)).isEqualTo(tagged.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.*", "1.x", "^1.2", ">=1 <2", "1.x || 3.x"})
    void a_constraint_that_nothing_satisfies_is_named(String constraint) throws Exception {
        point("refs/tags/2.0.0", tipOf(MAIN));

        for (var prefix : List.of("", "api-", "no\nprefix", "~")) {
            assertThatThrownBy(
                            () -> mirror.resolve(Revision.of(constraint, prefix), FetchDemand.ANY))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class,
                            failure -> assertThat(failure.passing()).isFalse())
                    .hasMessage(
                            "The repository %s has no tag '%sVERSION' that the constraint '%s' allows, and no branch or tag of that name"
                                    .formatted(counting.url(), prefix, constraint));
        }
    }

    @Test
    void a_look_finds_that_a_newer_tag_came_and_that_it_went() throws Exception {
        var old = tipOf(MAIN);
        var latest = commit("a.yaml", "a: 1\n");
        point("refs/tags/v1.0.0", old);
        mirror.resolve("1.x", FetchDemand.ANY);
        assertThat(look("1.x")).isEmpty();
        int exchanges = counting.exchanges();
        assertThat(look("1.x", "main").size()).isOne();
        assertThat(counting.exchanges()).isEqualTo(exchanges + 2);

        point("refs/tags/v2.0.0", latest);
        point("refs/tags/v0.9.0", latest);
        assertThat(look("1.x", "main")).isEmpty();

        point("refs/tags/v1.1.0", latest);
        assertThat(look("1.x"))
                .containsExactly(new Move("refs/tags/v1.1.0", old.name(), latest.name(), ""));
        assertThat(look("1.x")).isEmpty();
        assertThat(mirror.resolve("1.x", RECENT)).isEqualTo(latest.name());

        delete("refs/tags/v1.1.0");
        assertThat(look("1.x"))
                .containsExactly(new Move("refs/tags/v1.0.0", latest.name(), old.name(), ""));
        restart();
        assertThat(look("1.x")).isEmpty();

        delete("refs/tags/v1.0.0");
        assertThat(look("1.x"))
                .containsExactly(new Move("refs/tags/v1.0.0", old.name(), NOWHERE, ""));
        assertThatThrownBy(() -> mirror.resolve("1.x", RECENT))
                .hasMessageContaining("that the constraint '1.x' allows");
    }

    @Test
    void a_tag_that_moved_while_the_service_was_down_is_found() throws Exception {
        var old = tipOf(MAIN);
        point("refs/tags/v1.0.0", old);
        mirror.resolve("1.x", FetchDemand.ANY);
        mirrors.close();
        var latest = commit("a.yaml", "a: 1\n");
        point("refs/tags/v1.1.0", latest);

        restart();

        assertThat(look("1.x"))
                .containsExactly(new Move("refs/tags/v1.1.0", old.name(), latest.name(), ""));
    }

    @Test
    void the_beginning_of_a_commits_id_leads_to_it_wherever_it_is() throws Exception {
        var first = tipOf(MAIN);
        var tip = commit("a.yaml", "a: 1\n");
        point("refs/heads/side", tip);
        point(MAIN, first);
        mirror.resolve("main", FetchDemand.ANY);
        int exchanges = counting.exchanges();

        assertThat(mirror.resolve(first.name().substring(0, 7), FetchDemand.ANY))
                .isEqualTo(first.name());
        assertThat(counting.exchanges()).isEqualTo(exchanges + 1);
        for (int length : List.of(7, 12, 39)) {
            assertThat(mirror.resolve(tip.name().substring(0, length), FetchDemand.ANY))
                    .isEqualTo(tip.name());
        }
        assertThat(mirror.resolve(tip.name().substring(0, 9).toUpperCase(), FetchDemand.ANY))
                .isEqualTo(tip.name());
        assertThat(mirror.resolve(tip.name().toUpperCase(), FetchDemand.ANY)).isEqualTo(tip.name());
        exchanges = counting.exchanges();
        assertThat(mirror.resolve(tip.name().substring(0, 7), RECENT)).isEqualTo(tip.name());
        assertThat(counting.exchanges()).isEqualTo(exchanges);
    }

    @Test
    void a_branch_or_tag_comes_before_a_commit_whose_id_begins_so() throws Exception {
        var first = tipOf(MAIN);
        var second = commit("a.yaml", "a: 1\n");
        var name = first.name().substring(0, 7);
        assertThat(mirror.resolve(name, FetchDemand.ANY)).isEqualTo(first.name());
        assertThat(look(name)).isEmpty();

        point("refs/tags/" + name, second);
        assertThat(look(name))
                .containsExactly(new Move("refs/tags/" + name, first.name(), second.name(), ""));
        assertThat(mirror.resolve(name, RECENT)).isEqualTo(second.name());

        delete("refs/tags/" + name);
        look(name);
        assertThat(mirror.resolve(name, RECENT)).isEqualTo(first.name());
    }

    @Test
    void an_id_that_begins_several_commits_or_none_is_refused() throws Exception {
        var alike = twoThatBeginAlike();
        point(MAIN, alike.getFirst());
        point("refs/heads/side", alike.getLast());

        assertThatThrownBy(
                        () ->
                                mirror.resolve(
                                        alike.getFirst().name().substring(0, 7), FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("several commits that begin with");
        assertThat(mirror.resolve(alike.getFirst().name().substring(0, 30), FetchDemand.ANY))
                .isEqualTo(alike.getFirst().name());
        assertThatThrownBy(() -> mirror.resolve("fffffff", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("no branch, tag or commit 'fffffff'");
        int exchanges = counting.exchanges();
        assertThatThrownBy(() -> mirror.resolve("fffffff", RECENT))
                .hasMessageContaining("no branch, tag or commit 'fffffff'");
        assertThat(counting.exchanges()).isEqualTo(exchanges);
    }

    @Test
    void full_names_and_tags_of_tags_lead_to_their_commits() throws Exception {
        var tip = tipOf(MAIN);
        var tag = tag(tip, Constants.OBJ_COMMIT);
        point("refs/tags/annotated", tag);
        point("refs/tags/twice", tag(tag, Constants.OBJ_TAG));
        point("refs/tags/v1.0.0", tag(tag, Constants.OBJ_TAG));
        point("refs/pull/1/head", tip);
        point("refs/merge-requests/1/head", tip);

        for (var name :
                List.of(
                        "annotated",
                        "refs/tags/annotated",
                        "twice",
                        "1.x",
                        "refs/pull/1/head",
                        "refs/merge-requests/1/head",
                        "HEAD",
                        tag.name())) {
            assertThat(mirror.resolve(name, FetchDemand.ANY)).as(name).isEqualTo(tip.name());
        }
    }

    @Test
    void of_a_branch_and_a_tag_of_one_name_the_branch_counts() throws Exception {
        var tagged = tipOf(MAIN);
        var branch = commit("a.yaml", "a: 1\n");
        point("refs/tags/both", tagged);
        point("refs/heads/both", branch);

        assertThat(mirror.resolve("both", FetchDemand.ANY)).isEqualTo(branch.name());
        assertThat(mirror.resolve("refs/tags/both", FetchDemand.ANY)).isEqualTo(tagged.name());

        delete("refs/heads/both");
        assertThat(look("both"))
                .containsExactly(new Move("refs/tags/both", branch.name(), tagged.name(), ""));
        point("refs/heads/both", branch);
        assertThat(look("both"))
                .containsExactly(new Move("refs/heads/both", tagged.name(), branch.name(), ""));
    }

    @Test
    void a_tag_that_names_no_commit_says_so() throws Exception {
        ObjectId tree;
        try (var walk = new RevWalk(bare)) {
            tree = walk.parseCommit(tipOf(MAIN)).getTree().getId();
        }
        ObjectId blob;
        try (var inserter = bare.newObjectInserter()) {
            blob = inserter.insert(Constants.OBJ_BLOB, new byte[] {1});
            inserter.flush();
        }
        point("refs/tags/tree", tree);
        point("refs/tags/blob", blob);
        point("refs/tags/1.0.0", tag(tree, Constants.OBJ_TREE));

        for (var name : List.of("tree", "blob", "1.0.0", "1.x")) {
            assertThatThrownBy(() -> mirror.resolve(name, FetchDemand.ANY))
                    .as(name)
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("has no commit at '" + name + "'");
        }
    }

    @Test
    void an_empty_repository_has_nothing() throws Exception {
        delete(MAIN);

        for (var name : List.of("main", "HEAD", "fffffff", "refs/pull/1/head")) {
            assertThatThrownBy(() -> mirror.resolve(name, FetchDemand.ANY))
                    .as(name)
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("no branch, tag or commit '" + name + "'");
        }
        assertThatThrownBy(() -> mirror.resolve("*", FetchDemand.ANY))
                .hasMessageContaining("that the constraint '*' allows");
        assertThat(look("main", "1.x", "fffffff")).isEmpty();
    }

    @Test
    void a_branch_that_was_deleted_makes_room_for_one_below_its_name() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/heads/team", tip);
        mirror.resolve("team", FetchDemand.ANY);
        delete("refs/heads/team");
        point("refs/heads/team/next", tip);

        assertThat(mirror.resolve("team/next", FetchDemand.ANY)).isEqualTo(tip.name());
    }

    /// Commits whose ids have their first seven digits in common: of some ten thousand, two do.
    private List<ObjectId> twoThatBeginAlike() throws Exception {
        var known = new HashMap<String, CommitBuilder>();
        try (var inserter = bare.newObjectInserter();
                var walk = new RevWalk(bare)) {
            var tree = walk.parseCommit(tipOf(MAIN)).getTree();
            for (int i = 0; ; i++) {
                var commit = new CommitBuilder();
                commit.setTreeId(tree);
                commit.setAuthor(new PersonIdent("Ada", "ada@example.org", Instant.EPOCH, UTC));
                commit.setCommitter(commit.getAuthor());
                commit.setMessage("Commit " + i);
                var id = inserter.idFor(Constants.OBJ_COMMIT, commit.build());
                var other = known.put(id.name().substring(0, 7), commit);
                if (other != null) {
                    var both = List.of(inserter.insert(commit), inserter.insert(other));
                    inserter.flush();
                    return both;
                }
            }
        }
    }

    private List<Move> look(String... revisions) {
        return mirror.look(List.of(revisions).stream().map(it -> Revision.of(it, "")).toList());
    }

    private void restart() {
        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        mirror = mirrors.of(counting.url(), GitCredential.NONE);
    }

    private ObjectId tag(ObjectId target, int type) throws Exception {
        try (var inserter = bare.newObjectInserter()) {
            var tag = new TagBuilder();
            tag.setObjectId(target, type);
            tag.setTag("tag");
            tag.setMessage("Of " + target.name());
            var id = inserter.insert(tag);
            inserter.flush();
            return id;
        }
    }
}
