package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Change;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;

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
