package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Move;
import io.tiphys.support.CountingGitHost;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.TagBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitMirrorLookTest extends AgainstGitHost {

    private static final String NOWHERE = "0".repeat(40);

    /// Who asks so is content with what any test of these has seen.
    private static final FetchDemand RECENT = new FetchDemand(List.of(), 3600);

    private CountingGitHost counting;
    private Repository counted;

    @BeforeEach
    void count() {
        counting = CountingGitHost.of(host.cloneUrl());
        counted = mirrors.of(counting.url(), GitCredential.NONE);
    }

    @AfterEach
    void stopCounting() {
        counting.close();
    }

    @Test
    void what_has_not_moved_costs_one_question_for_exactly_the_refs_that_are_followed()
            throws Exception {
        point("refs/heads/other", tipOf(MAIN));
        point("refs/tags/v1", tipOf(MAIN));
        counted.resolve("main", FetchDemand.ANY);
        counted.resolve("HEAD", FetchDemand.ANY);
        counted.resolve("v1", FetchDemand.ANY);
        int before = counting.exchanges();
        int packs = counting.packs();
        counting.prefixes();

        assertThat(look(counted, "main", "HEAD", "v1")).isEmpty();

        assertThat(counting.exchanges()).isEqualTo(before + 1);
        assertThat(counting.packs()).isEqualTo(packs);
        assertThat(counting.prefixes())
                .containsExactly(
                        "HEAD",
                        "refs/heads/main",
                        "refs/heads/v1",
                        "refs/tags/main",
                        "refs/tags/v1");
    }

    @Test
    void what_has_moved_costs_one_question_and_one_fetch_and_is_found_once() throws Exception {
        var before = tipOf(MAIN);
        point("refs/heads/next", before);
        look(counted, "main", "next", "HEAD");
        int exchanges = counting.exchanges();
        int packs = counting.packs();
        var after = commit("a.yaml", "a: 1\n");
        point("refs/heads/next", after);

        var moves = look(counted, "main", "next", "HEAD");

        assertThat(moves)
                .containsExactlyInAnyOrder(
                        new Move(MAIN, before.name(), after.name(), "main"),
                        new Move("refs/heads/next", before.name(), after.name(), "main"));
        assertThat(counting.exchanges()).isEqualTo(exchanges + 2);
        assertThat(counting.packs()).isEqualTo(packs + 1);
        assertThat(look(counted, "main", "next", "HEAD")).isEmpty();
        assertThat(counted.changedPaths(before.name(), after.name())).hasValue(List.of("a.yaml"));
    }

    @Test
    void who_comes_after_a_look_asks_nothing_more() throws Exception {
        var demand = FetchDemand.including("h/r", "event", commit("a.yaml", "a: 1\n").name());
        look(counted, "main");
        int exchanges = counting.exchanges();

        for (int i = 0; i < 100; i++) {
            assertThat(counted.resolve("main", RECENT)).isEqualTo(tipOf(MAIN).name());
        }
        assertThat(counted.resolve("main", demand)).isEqualTo(tipOf(MAIN).name());

        assertThat(counting.exchanges()).isEqualTo(exchanges);
    }

    @Test
    void a_look_that_found_nothing_new_is_as_good_as_a_fetch() {
        var tip = counted.resolve("main", FetchDemand.ANY);
        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        var again = mirrors.of(counting.url(), GitCredential.NONE);
        int packs = counting.packs();

        look(again, "main");
        int exchanges = counting.exchanges();

        assertThat(again.resolve("main", RECENT)).isEqualTo(tip);
        assertThat(counting.exchanges()).isEqualTo(exchanges);
        assertThat(counting.packs()).isEqualTo(packs);
    }

    @Test
    void a_deleted_ref_is_told_once_and_asked_for_by_nobody() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/heads/gone", tip);
        look(counted, "gone");
        delete("refs/heads/gone");

        assertThat(look(counted, "gone"))
                .containsExactly(new Move("refs/heads/gone", tip.name(), NOWHERE, ""));
        assertThat(look(counted, "gone")).isEmpty();
        int exchanges = counting.exchanges();

        for (var demand : List.of(RECENT, FetchDemand.including("h/r", "event", NOWHERE))) {
            assertThatThrownBy(() -> counted.resolve("gone", demand))
                    .hasMessageContaining("no branch, tag or commit 'gone'");
        }
        assertThat(counting.exchanges()).isEqualTo(exchanges);
    }

    @Test
    void a_ref_that_somebody_missed_is_told_when_it_is_there() throws Exception {
        var tip = tipOf(MAIN);
        assertThatThrownBy(() -> counted.resolve("late", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class);
        assertThat(look(counted, "late")).isEmpty();

        point("refs/heads/late", tip);

        assertThat(look(counted, "late"))
                .containsExactly(new Move("refs/heads/late", NOWHERE, tip.name(), ""));
        assertThat(counted.resolve("late", RECENT)).isEqualTo(tip.name());
    }

    @Test
    void a_move_while_the_service_was_down_is_found() throws Exception {
        var before = tipOf(MAIN);
        point("refs/heads/gone", before);
        look(counted, "main", "HEAD", "gone");
        mirrors.close();
        var after = commit("a.yaml", "a: 1\n");
        delete("refs/heads/gone");

        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);

        var again = mirrors.of(counting.url(), GitCredential.NONE);
        assertThat(look(again, "main", "HEAD", "gone"))
                .containsExactlyInAnyOrder(
                        new Move(MAIN, before.name(), after.name(), "main"),
                        new Move("refs/heads/gone", before.name(), NOWHERE, "main"));
        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        assertThat(look(mirrors.of(counting.url(), GitCredential.NONE), "main", "HEAD", "gone"))
                .isEmpty();
    }

    @Test
    void an_annotated_tag_is_the_commit_behind_it() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/tags/v1", tag(tip));
        look(counted, "v1");
        int exchanges = counting.exchanges();
        assertThat(look(counted, "v1")).isEmpty();
        assertThat(counting.exchanges()).isEqualTo(exchanges + 1);

        var next = commit("a.yaml", "a: 1\n");
        point("refs/tags/v1", tag(next));

        assertThat(look(counted, "v1"))
                .containsExactly(new Move("refs/tags/v1", tip.name(), next.name(), ""));
    }

    @Test
    void commits_never_move_and_are_not_asked_for() throws Exception {
        assertThat(look(counted, tipOf(MAIN).name(), "a b")).isEmpty();

        assertThat(counting.exchanges()).isZero();
    }

    @Test
    void a_host_that_does_not_answer_changes_nothing_and_the_move_is_found_later()
            throws Exception {
        look(counted, "main");
        var before = tipOf(MAIN);
        var after = commit("a.yaml", "a: 1\n");
        counting.refuse(503);

        assertThatThrownBy(() -> look(counted, "main"))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, failure -> assertThat(failure.passing()).isTrue())
                .hasMessageContaining("503");
        counting.refuse(0);

        assertThat(look(counted, "main"))
                .containsExactly(new Move(MAIN, before.name(), after.name(), ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void what_the_host_does_not_show_us_is_for_a_person_to_mend_and_names_no_password(int status) {
        counting.refuse(status);
        var secret =
                mirrors.of(
                        counting.url().replace("http://", "http://token:secret@"),
                        GitCredential.NONE);

        assertThatThrownBy(() -> look(secret, "main"))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, failure -> assertThat(failure.passing()).isFalse())
                .hasMessageContaining(counting.url())
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("token");
    }

    @Test
    void exchanges_are_counted_under_the_names_that_dashboards_know() {
        var secret = counting.url().replace("http://", "http://token:secret@");

        look(mirrors.of(secret, GitCredential.NONE), "main");
        look(mirrors.of(secret, GitCredential.NONE), "main");

        assertThat(requests("ls-remote")).isEqualTo(2);
        assertThat(requests("fetch")).isEqualTo(1);
        assertThat(
                        meters.get("argocd_git_request_duration")
                                .tags("repo", counting.url(), "request_type", "ls-remote")
                                .timer()
                                .count())
                .isEqualTo(2);
    }

    private static List<Move> look(Repository repository, String... revisions) {
        return repository.look(Stream.of(revisions).map(it -> Revision.of(it, "")).toList());
    }

    private double requests(String type) {
        return meters.get("argocd_git_request")
                .tags("repo", counting.url(), "request_type", type)
                .counter()
                .count();
    }

    private ObjectId tag(ObjectId commit) throws Exception {
        try (var inserter = bare.newObjectInserter()) {
            var tag = new TagBuilder();
            tag.setObjectId(commit, org.eclipse.jgit.lib.Constants.OBJ_COMMIT);
            tag.setTag("v1");
            tag.setMessage("Of " + commit.name());
            var id = inserter.insert(tag);
            inserter.flush();
            return id;
        }
    }
}
