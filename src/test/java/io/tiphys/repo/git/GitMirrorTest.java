package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitMirrorTest extends AgainstGitHost {

    @Test
    void every_kind_of_name_leads_to_its_commit() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/tags/v1.0.0", tip);
        point("refs/heads/team/next", tip);
        point("refs/pull/7/head", tip);

        for (var name :
                List.of(
                        "main",
                        "HEAD",
                        "v1.0.0",
                        "team/next",
                        MAIN,
                        "refs/tags/v1.0.0",
                        "refs/pull/7/head",
                        tip.name())) {
            assertThat(mirror.resolve(name, FetchDemand.ANY)).as(name).isEqualTo(tip.name());
        }
    }

    @Test
    void a_commit_that_no_ref_names_any_more_is_found_by_its_id() throws Exception {
        var first = tipOf(MAIN);
        commit("a.yaml", "a: 1\n");

        assertThat(mirror.resolve(first.name(), FetchDemand.ANY)).isEqualTo(first.name());
        assertThat(read(first.name(), "guestbook")).containsKey("deployment.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "refs/heads/nobody",
                "a:b",
                "a b",
                "main~1",
                "main..main",
                "@{u}",
                "",
                "/",
                "-",
                "ffffffffffffffffffffffffffffffffffffffff",
            })
    void a_revision_that_is_not_there_is_named(String revision) {
        assertThatThrownBy(() -> mirror.resolve(revision, FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, failure -> assertThat(failure.passing()).isFalse())
                .hasMessageContaining("no branch, tag or commit '" + revision + "'")
                .hasMessageContaining(host.cloneUrl().toString());
    }

    @Test
    void the_files_between_two_commits_are_told_and_of_a_strange_commit_nothing() throws Exception {
        var first = tipOf(MAIN).name();
        commit("a.yaml", "a: 1\n");
        commit("guestbook/deep/b.yaml", "b: 1\n");
        mirror.resolve("main", FetchDemand.NEWEST);
        var last = tipOf(MAIN).name();

        assertThat(mirror.changedPaths(first, last))
                .hasValue(List.of("a.yaml", "guestbook/deep/b.yaml"));
        assertThat(mirror.changedPaths(last, first))
                .hasValue(List.of("a.yaml", "guestbook/deep/b.yaml"));
        assertThat(mirror.changedPaths(last, last)).hasValue(List.of());
        assertThat(mirror.changedPaths("0".repeat(40), last)).isEmpty();
        assertThat(mirror.changedPaths(first, "f".repeat(40))).isEmpty();
    }

    @Test
    void what_lies_in_a_commit_is_found_by_its_path() throws Exception {
        commit("app/deep/a.yaml", "a: 1\n");
        var root = mirror.folder(mirror.resolve("main", FetchDemand.NEWEST), "");

        assertThat(root.file("app/deep/a.yaml").map(root::read).map(it -> new String(it, UTF_8)))
                .contains("a: 1\n");
        assertThat(root.folder("app").flatMap(it -> it.file("deep/a.yaml"))).isPresent();
        assertThat(root.folder("")).contains(root);
        for (var none : List.of("", "app", "app/deep", "app/a.yaml")) {
            assertThat(root.file(none)).as(none).isEmpty();
        }
        assertThat(root.folder("app/deep/a.yaml")).isEmpty();
    }

    @Test
    void an_object_that_is_no_commit_is_no_revision() throws Exception {
        String tree;
        try (var walk = new RevWalk(bare)) {
            tree = walk.parseCommit(tipOf(MAIN)).getTree().name();
        }
        mirror.resolve("main", FetchDemand.ANY);

        assertThatThrownBy(() -> mirror.resolve(tree, FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(tree);
    }

    @Test
    void an_address_without_a_repository_says_so() {
        var url = host.cloneUrl().resolve("/nobody.git").toString();

        assertThatThrownBy(
                        () -> mirrors.of(url, GitCredential.NONE).resolve("main", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("There is no Git repository at " + url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/repository",
                "/etc/repository",
                "../repository",
                "repository",
                "git://host/org/repo",
                "ext::sh -c evil",
                "",
                "https://",
                "http:///path",
            })
    void an_address_that_is_neither_on_the_web_nor_of_ssh_is_refused(String url) {
        assertThatThrownBy(() -> mirrors.of(url, GitCredential.NONE))
                .isInstanceOf(ManifestFailure.class);
    }

    @Test
    void a_password_in_an_address_is_not_told() {
        host.close();
        var url = host.cloneUrl().toString().replace("http://", "http://ada:secret@");

        assertThatThrownBy(
                        () -> mirrors.of(url, GitCredential.NONE).resolve("main", FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, failure -> assertThat(failure.passing()).isTrue())
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("ada");
        assertThatThrownBy(
                        () ->
                                mirrors.of("ssh://ada:secret@git.invalid/repo", GitCredential.NONE)
                                        .resolve("main", FetchDemand.ANY))
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_view_that_is_new_enough_is_not_fetched_again() throws Exception {
        // Given
        var tip = commit("a.yaml", "a: 1\n").name();
        var push = FetchDemand.including("h/r", "event", tip);
        mirror.resolve("main", push);

        // When
        host.close();

        // Then
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(tip);
        assertThat(mirror.resolve("main", push)).isEqualTo(tip);
        assertThat(mirror.resolve(tip, FetchDemand.NEWEST)).isEqualTo(tip);
        assertThat(mirror.resolve("main", new FetchDemand(List.of(), 3600))).isEqualTo(tip);
        assertThatThrownBy(() -> mirror.resolve("main", FetchDemand.NEWEST))
                .isInstanceOf(ManifestFailure.class);
        assertThatThrownBy(
                        () ->
                                mirror.resolve(
                                        "main",
                                        FetchDemand.including("h/r", "later", "f".repeat(40))))
                .isInstanceOf(ManifestFailure.class);
    }

    @Test
    void one_fetch_for_a_push_serves_every_application() throws Exception {
        // Given
        mirror.resolve("main", FetchDemand.ANY);
        var pushed = commit("a.yaml", "a: 1\n");
        var newer = commit("a.yaml", "a: 2\n").name();
        var push = FetchDemand.including("h/r", "event", pushed.name());

        // When
        assertThat(mirror.resolve("main", push)).isEqualTo(newer);
        host.close();

        // Then
        assertThat(mirror.resolve("main", push)).isEqualTo(newer);
    }

    @Test
    void a_push_that_rewrote_history_is_followed() throws Exception {
        var first = tipOf(MAIN);
        var abandoned = commit("a.yaml", "a: 1\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(abandoned.name());

        point(MAIN, first);
        var rewritten = commit("a.yaml", "a: 2\n");

        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(rewritten.name());
        assertThat(read(rewritten.name(), "")).containsEntry("a.yaml", "a: 2\n");
    }

    @Test
    void a_branch_that_became_a_tag_is_found_as_one() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/heads/release", tip);
        mirror.resolve("release", FetchDemand.NEWEST);
        delete("refs/heads/release");
        assertThatThrownBy(() -> mirror.resolve("release", FetchDemand.NEWEST))
                .isInstanceOf(ManifestFailure.class);

        point("refs/heads/release", tip);
        mirror.resolve("release", FetchDemand.NEWEST);
        delete("refs/heads/release");
        point("refs/tags/release", tip);

        assertThat(mirror.resolve("release", FetchDemand.NEWEST)).isEqualTo(tip.name());
    }

    @Test
    void a_mirror_outlives_a_restart() throws Exception {
        var tip = mirror.resolve("main", FetchDemand.ANY);
        mirrors.close();
        host.close();

        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);

        assertThat(
                        mirrors.of(host.cloneUrl().toString(), GitCredential.NONE)
                                .resolve(tip, FetchDemand.ANY))
                .isEqualTo(tip);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "/", "./", "//."})
    void the_root_has_many_names(String path) throws Exception {
        assertThat(read(mirror.resolve("main", FetchDemand.ANY), path)).containsKey("README.md");
    }

    @ParameterizedTest
    @ValueSource(strings = {"guestbook", "/guestbook/", "./guestbook/.", "guestbook//"})
    void a_folder_has_many_spellings(String path) throws Exception {
        assertThat(read(mirror.resolve("main", FetchDemand.ANY), path))
                .containsOnlyKeys("configmap.yaml", "deployment.yaml", "service.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "guestbook/../..", "../host.git", "guestbook/.."})
    void a_path_that_leads_out_is_refused(String path) {
        var tip = mirror.resolve("main", FetchDemand.ANY);

        assertThatThrownBy(() -> mirror.folder(tip, path))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("leads out of the repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "README.md", "guestbook/nobody"})
    void a_path_that_is_no_folder_is_named(String path) {
        var tip = mirror.resolve("main", FetchDemand.ANY);

        assertThatThrownBy(() -> mirror.folder(tip, path))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("'" + path + "' is no folder");
    }
}
