package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.Repository.Written;
import io.tiphys.support.GitHubHost;
import io.tiphys.support.GitHubHost.Answer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Commits that GitHub makes.
class GitHubCommitsTest extends AgainstGitHub {

    @Test
    void github_is_told_what_changes_and_its_commit_counts() throws Exception {
        var before = tipOf(MAIN);

        var written = write("main", "README.md", "one\ntwo\n", Optional.empty());

        var tip = tipOf(MAIN);
        assertThat(written).isEqualTo(new Written(tip.name(), true));
        assertThat(github.asked()).hasSize(1);
        assertThat(github.asked().getFirst().at("/variables/input"))
                .isEqualTo(
                        json(
                                """
                                {"branch": {"repositoryNameWithOwner": "team/shop",
                                            "branchName": "main"},
                                 "expectedHeadOid": "%s",
                                 "message": {"headline": "Update it", "body": "By one.\\nAnd two."},
                                 "fileChanges": {"additions": [
                                     {"path": "README.md", "contents": "b25lCnR3bwo="}]}}
                                """
                                        .formatted(before.name())));
        assertThat(github.asked().getFirst().path("query").asText())
                .contains("createCommitOnBranch(input: $input)");
        host.close();
        var held = writing.of(github.url(), app);
        assertThat(held.resolve("main", FetchDemand.ANY)).isEqualTo(tip.name());
    }

    @Test
    void a_branch_that_moved_on_is_looked_at_again() throws Exception {
        var attempts = new AtomicInteger();
        github.answer(
                input -> {
                    if (attempts.getAndIncrement() == 0) {
                        commit("theirs.yaml", "theirs: 1\n");
                    }
                    return answer(input);
                });

        var written = write("main", "README.md", "ours\n", Optional.empty());

        assertThat(attempts).hasValue(2);
        assertThat(written.commit()).isEqualTo(tipOf(MAIN).name());
        assertThat(files(tipOf(MAIN)))
                .containsEntry("theirs.yaml", "theirs: 1\n")
                .containsEntry("README.md", "ours\n");
    }

    @Test
    void a_new_branch_begins_where_the_other_one_stands() throws Exception {
        var before = tipOf(MAIN);

        write("main", "README.md", "ours\n", Optional.of("updates/x"));

        var tip = tipOf("refs/heads/updates/x");
        assertThat(tipOf(MAIN)).isEqualTo(before);
        assertThat(files(tip)).containsEntry("README.md", "ours\n");
        try (var walk = new RevWalk(bare)) {
            assertThat(walk.parseCommit(tip).getParent(0).getId()).isEqualTo(before);
        }
    }

    @Test
    void what_is_restored_is_told_as_well_and_what_is_no_longer_there() throws Exception {
        var then = tipOf(MAIN);
        commit("guestbook/more.yaml", "more: 1\n");
        commit("guestbook/service.yaml", "changed: 1\n");

        writing.of(github.url(), app)
                .restore("main", Map.of("guestbook", then.name()), app, by(), "As it was");

        assertThat(files(tipOf(MAIN))).isEqualTo(files(then));
        assertThat(github.asked().getFirst().at("/variables/input/fileChanges/deletions"))
                .isEqualTo(json("[{\"path\": \"guestbook/more.yaml\"}]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | FORBIDDEN | false | Resource not accessible by integration",
                "200 | UNPROCESSABLE | false | Changes must be made through a pull request.",
                "200 | RATE_LIMITED | true | it takes no more commits for a while",
                "401 | - | true | it answered 401",
                "404 | - | false | it answered 404",
                "502 | - | true | it answered 502",
                "429 | - | true | it answered 429",
                "302 | - | false | it answered 302",
            })
    void what_stands_against_it_is_told(int status, String type, boolean passing, String reason)
            throws Exception {
        var before = tipOf(MAIN);
        var body =
                "{\"data\": null, \"errors\": [{\"type\": \"%s\", \"message\": \"%s\"}]}"
                        .formatted(type, reason);
        github.answer(_ -> new Answer(status, body, Map.of("Location", github.api())));

        assertThatThrownBy(() -> write("main", "README.md", "ours\n", Optional.empty()))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isEqualTo(passing))
                .hasMessage("127.0.0.1 makes no commit in %s: %s".formatted(github.url(), reason))
                .hasMessageNotContaining(GitHubHost.TOKEN);
        assertThat(github.asked()).hasSize(1);
        assertThat(tipOf(MAIN)).isEqualTo(before);
    }

    @Test
    void a_limit_of_its_own_passes() {
        github.answer(_ -> new Answer(403, "{}", Map.of("Retry-After", "60")));

        assertThatThrownBy(() -> write("main", "README.md", "ours\n", Optional.empty()))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | its answer names no commit",
                "no json | its answer is no JSON",
                "{\"data\":{\"createCommitOnBranch\":{\"commit\":{\"oid\":\"../x\"}}}} | its answer"
                        + " names no commit",
            })
    void an_answer_that_tells_nothing_is_none(String body, String reason) {
        github.answer(_ -> new Answer(200, body));

        assertThatThrownBy(() -> write("main", "README.md", "ours\n", Optional.empty()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageEndingWith(reason);
    }

    @Test
    void who_is_no_app_of_that_host_is_refused() throws Exception {
        var before = tipOf(MAIN);

        assertThatThrownBy(() -> write(GitCredential.NONE))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(
                        ("No commit can be made by GitHub's API (git-commit-method) in %s: what it"
                                        + " is pushed to with is no GitHub App")
                                .formatted(github.url()));
        assertThatThrownBy(() -> write(app("https://other.example/api/v3")))
                .hasMessageEndingWith("the GitHub App is one of other.example");
        assertThatThrownBy(() -> write(app("")))
                .hasMessageEndingWith("the GitHub App is one of api.github.com");
        assertThat(github.asked()).isEmpty();
        assertThat(tipOf(MAIN)).isEqualTo(before);
    }

    private void write(GitCredential by) {
        writing.of(github.url(), GitCredential.NONE)
                .write("main", "", by, _ -> change("README.md", "ours\n", Optional.empty()));
    }

    private Written write(String branch, String file, String content, Optional<String> pushed) {
        return writing.of(github.url(), app)
                .write(branch, "", app, _ -> change(file, content, pushed));
    }

    /// What cannot sign does not matter where GitHub does.
    private static Change change(String file, String content, Optional<String> pushed) {
        return new Change(
                Map.of(file, content.getBytes(UTF_8)),
                "Update it\n\nBy one.\nAnd two.\n",
                by(),
                pushed);
    }

    private static Author by() {
        return new Author("Ada", "ada@example.org", new CommitSigning.Impossible("No key"));
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }
}
