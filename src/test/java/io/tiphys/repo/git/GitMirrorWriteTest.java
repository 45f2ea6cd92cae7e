package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.GitHost;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitMirrorWriteTest extends AgainstGitHost {

    @Test
    void a_change_is_one_commit_with_nothing_else_in_it() throws Exception {
        var before = tipOf(MAIN);
        var files = files(before);

        var written = write("main", "guestbook", edit("service.yaml", it -> it + "#\n"));

        assertThat(written.changed()).isTrue();
        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        files.compute("guestbook/service.yaml", (_, content) -> content + "#\n");
        assertThat(files(tipOf(MAIN))).isEqualTo(files);
        try (var walk = new RevWalk(bare)) {
            var commit = walk.parseCommit(tipOf(MAIN));
            assertThat(commit.getParentCount()).isEqualTo(1);
            assertThat(commit.getParent(0).getId()).isEqualTo(before);
            assertThat(commit.getFullMessage()).isEqualTo("Change service.yaml");
        }
        host.close();
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(written.commit());
    }

    @Test
    void whoever_asks_for_a_push_of_ours_is_answered_without_a_question_also_after_the_next() {
        var first = write("main", "guestbook", edit("service.yaml", it -> it + "#\n")).commit();
        var second = write("main", "guestbook", edit("service.yaml", it -> it + "#\n")).commit();
        host.close();

        for (var commit : List.of(first, second)) {
            var push = FetchDemand.including("h/r", commit, commit);
            assertThat(mirror.resolve("main", push)).isEqualTo(second);
        }
    }

    @Test
    void a_push_of_somebody_back_to_a_commit_of_ours_is_looked_for() throws Exception {
        var first = write("main", "guestbook", edit("service.yaml", it -> it + "#\n")).commit();
        write("main", "guestbook", edit("service.yaml", it -> it + "#\n"));
        point(MAIN, ObjectId.fromString(first));

        var push = FetchDemand.including("h/r", "delivery", first);

        assertThat(mirror.resolve("main", push)).isEqualTo(first);
    }

    @Test
    void no_change_is_no_commit() throws Exception {
        var before = tipOf(MAIN);

        var written = write("main", "guestbook", _ -> new Change(Map.of(), "nothing"));

        assertThat(written).isEqualTo(new Repository.Written(before.name(), false));
        assertThat(tipOf(MAIN)).isEqualTo(before);
    }

    @Test
    void a_writer_that_was_slower_starts_again_from_the_others_commit() throws Exception {
        var attempts = new int[1];

        var written =
                write(
                        "main",
                        "",
                        folder -> {
                            if (attempts[0]++ == 0) {
                                commit("theirs.yaml", "theirs: 1\n");
                            }
                            return edit("README.md", it -> it + "ours\n").apply(folder);
                        });

        assertThat(attempts[0]).isEqualTo(2);
        assertThat(files(tipOf(MAIN)))
                .containsEntry("theirs.yaml", "theirs: 1\n")
                .hasEntrySatisfying("README.md", it -> assertThat(it).endsWith("ours\n"));
        assertThat(written.commit()).isEqualTo(tipOf(MAIN).name());
    }

    @Test
    void a_writer_that_was_slower_while_it_pushed_starts_again_from_the_others_commit()
            throws Exception {
        try (var between = CountingGitHost.of(host.cloneUrl())) {
            var pushes = new int[1];
            between.beforePush(
                    () -> {
                        if (pushes[0]++ == 0) {
                            commit("theirs.yaml", "theirs: 1\n");
                        }
                    });

            var written =
                    mirrors.of(between.url(), GitCredential.NONE)
                            .write(
                                    "main",
                                    "",
                                    GitCredential.NONE,
                                    edit("README.md", it -> it + "ours\n"));

            assertThat(pushes[0]).isEqualTo(2);
            assertThat(files(tipOf(MAIN)))
                    .containsEntry("theirs.yaml", "theirs: 1\n")
                    .hasEntrySatisfying("README.md", it -> assertThat(it).endsWith("ours\n"));
            assertThat(written.commit()).isEqualTo(tipOf(MAIN).name());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cannot lock ref 'refs/heads/main': is at 1 but expected 2",
                "failed to update ref",
                "incorrect old value provided",
                "reference already exists",
                "failed to lock",
                "invalid old id sent",
            })
    void a_host_that_says_that_the_branch_moved_meanwhile_is_asked_again(String words)
            throws Exception {
        try (var other = GitHost.start(directory)) {
            other.refusePush(words);

            var written =
                    mirrors.of(other.address("host.git"), GitCredential.NONE)
                            .write(
                                    "main",
                                    "",
                                    GitCredential.NONE,
                                    edit("README.md", it -> it + "ours\n"));

            assertThat(written.commit()).isEqualTo(tipOf(MAIN).name());
            assertThat(files(tipOf(MAIN)).get("README.md")).endsWith("ours\n");
        }
    }

    @Test
    void head_is_written_to_the_branch_that_it_stands_for() throws Exception {
        var written = write("HEAD", "", edit("README.md", it -> it + "#\n"));

        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        assertThat(bare.exactRef(Constants.HEAD).isSymbolic()).isTrue();
    }

    @Test
    void only_branches_are_written_to() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/tags/v1", tip);

        for (var revision : List.of("v1", "refs/tags/v1", tip.name())) {
            assertThatThrownBy(() -> write(revision, "", edit("README.md", it -> it + "#\n")))
                    .as(revision)
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("it is no branch");
        }
        assertThat(tipOf("refs/tags/v1")).isEqualTo(tip);
    }

    @Test
    void a_branch_that_is_not_there_begins_where_the_other_one_stands() throws Exception {
        var before = tipOf(MAIN);

        var written = write("main", "", to("updates/x", edit("README.md", it -> it + "#\n")));

        assertThat(tipOf(MAIN)).isEqualTo(before);
        var tip = tipOf("refs/heads/updates/x");
        assertThat(written).isEqualTo(new Repository.Written(tip.name(), true));
        try (var walk = new RevWalk(bare)) {
            var commit = walk.parseCommit(tip);
            assertThat(commit.getParent(0).getId()).isEqualTo(before);
            assertThat(commit.getAuthorIdent().getName()).isEqualTo("Ada");
            assertThat(commit.getAuthorIdent().getEmailAddress()).isEqualTo("ada@example.org");
        }
    }

    @Test
    void a_branch_that_is_there_goes_on_and_no_commit_of_it_is_lost() throws Exception {
        write("main", "", to("updates", edit("README.md", it -> it + "one\n")));
        var first = tipOf("refs/heads/updates");

        write("main", "", to("updates", edit("README.md", it -> it + "two\n")));

        assertThat(files(tipOf("refs/heads/updates")).get("README.md")).endsWith("one\ntwo\n");
        try (var walk = new RevWalk(bare)) {
            assertThat(walk.parseCommit(tipOf("refs/heads/updates")).getParent(0).getId())
                    .isEqualTo(first);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "new", "other"})
    void what_is_found_to_be_unsound_is_made_anew_and_not_pushed(String to) throws Exception {
        write("main", "", to("other", edit("README.md", it -> it + "other\n")));
        var asked = new int[1];
        Function<Folder, Change> unsound =
                folder -> {
                    int attempt = ++asked[0];
                    var change =
                            to(to, edit("README.md", it -> it + "try " + attempt + "\n"))
                                    .apply(folder);
                    return new Change(
                            change.files(),
                            change.message(),
                            change.author(),
                            change.branch().filter(it -> !it.equals("main")),
                            () -> attempt > 3);
                };

        var written = write("main", "", unsound);

        assertThat(tipOf(Constants.R_HEADS + to).name()).isEqualTo(written.commit());
        assertThat(files(tipOf(Constants.R_HEADS + to)).get("README.md"))
                .endsWith("try 4\n")
                .doesNotContain("try 1", "try 2", "try 3");
    }

    @Test
    void a_branch_needs_a_name_that_it_can_have() {
        assertThatThrownBy(() -> write("main", "", to("a..b", edit("README.md", it -> it + "#\n"))))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage("'a..b' cannot be the name of a branch");
    }

    private static Function<Folder, Change> to(String branch, Function<Folder, Change> edit) {
        return folder -> {
            var change = edit.apply(folder);
            return new Change(
                    change.files(),
                    change.message(),
                    new Author("Ada", "ada@example.org", new CommitSigning.Unsigned()),
                    Optional.of(branch));
        };
    }

    private Repository.Written write(String branch, String path, Function<Folder, Change> edit) {
        return mirror.write(branch, path, GitCredential.NONE, edit);
    }

    private static Function<Folder, Change> edit(String file, UnaryOperator<String> edit) {
        return folder ->
                folder.entries(true).stream()
                        .filter(entry -> entry.path().equals(file))
                        .findFirst()
                        .map(
                                entry ->
                                        new Change(
                                                Map.of(
                                                        file,
                                                        edit.apply(
                                                                        new String(
                                                                                folder.read(entry),
                                                                                UTF_8))
                                                                .getBytes(UTF_8)),
                                                "Change " + file))
                        .orElseThrow();
    }
}
