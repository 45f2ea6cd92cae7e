package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Access;
import io.tiphys.repo.Folder.Entry;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.Accesses;
import io.tiphys.support.Bare;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubmodulesTest extends AgainstTwoRepositories {

    @Test
    void a_submodule_is_a_folder_with_the_files_of_the_commit_that_its_place_names() {
        var old = lib.with("web/a.yaml", "old").with("web/run.sh", "exit").commit();
        lib.with("web/a.yaml", "new").commit();
        app.with("a/z.yaml", "own").withSubmodule("a/lib", host.address("lib.git"), old);

        var root = checkout(app.commit());

        assertThat(contents(root, true))
                .containsExactly("a/lib/web/a.yaml=old", "a/lib/web/run.sh=exit", "a/z.yaml=own");
        assertThat(root.folder("a/lib/web").map(it -> contents(it, false)).orElseThrow())
                .containsExactly("a.yaml=old", "run.sh=exit");
        assertThat(root.file("a/lib/web/a.yaml").map(root::read)).contains("old".getBytes(UTF_8));
        assertThat(root.folder("a").flatMap(it -> it.folder("lib")).orElseThrow().entries(true))
                .hasSize(2);
        assertThat(root.folder("a/lib/none")).isEmpty();
        assertThat(root.file("a/lib/none")).isEmpty();
        assertThat(root.file("a/lib")).isEmpty();
    }

    @Test
    void nothing_is_fetched_before_somebody_looks_into_it() {
        app.with("web/a.yaml", "a").withSubmodule("lib", host.address("lib.git"), lib("b.yaml"));
        var root = checkout(app.commit());
        var before = host.traffic();

        assertThat(contents(root.folder("web").orElseThrow(), true)).containsExactly("a.yaml=a");
        assertThat(root.entries(false)).extracting(Entry::path).containsExactly(".gitmodules");
        assertThat(root.treeId()).isNotEmpty();
        assertThat(host.traffic().since(before).connects()).isZero();

        assertThat(root.folder("lib")).isPresent();
        assertThat(host.traffic().since(before).fetches()).isEqualTo(1);
    }

    @Test
    void a_folder_is_named_anew_when_a_submodule_in_it_moves_and_only_then() {
        var first = lib("b.yaml");
        app.with("web/a.yaml", "a").withSubmodule("lib/one", host.address("lib.git"), first);
        var before = checkout(app.commit());

        lib("c.yaml");
        var pushed = checkout(app.with("other.yaml", "o").commit());
        assertThat(treeId(pushed, "lib")).isEqualTo(treeId(before, "lib"));

        var moved = checkout(app.withGitlink("lib/one", lib("d.yaml")).commit());
        assertThat(treeId(moved, "lib")).isNotEqualTo(treeId(before, "lib"));
        assertThat(treeId(moved, "web")).isEqualTo(treeId(before, "web"));
    }

    @Test
    void a_folder_is_named_anew_when_the_submodules_are_declared_otherwise() {
        app.withSubmodule("x/lib", host.address("lib.git"), lib("b.yaml"));
        var declared = checkout(app.commit());
        var undeclared = checkout(app.with(".gitmodules", "").commit());

        assertThat(treeId(undeclared, "x")).isNotEqualTo(treeId(declared, "x"));
    }

    @Test
    void what_one_project_may_read_is_not_named_as_what_another_may() {
        app.withSubmodule("lib", host.address("lib.git"), lib("b.yaml"));
        var commit = app.commit();

        assertThat(checkout(commit, access("blue")).treeId())
                .isEqualTo(checkout(commit, access("blue")).treeId())
                .isNotEqualTo(checkout(commit, access("red")).treeId());
    }

    @Test
    void a_link_in_a_submodule_is_one_and_files_of_any_size_are_copied() throws Exception {
        var big = new byte[11 * 1024 * 1024];
        lib.with("big", big).withLink("link", "big");
        app.withSubmodule("lib", host.address("lib.git"), lib.commit());
        var root = checkout(app.commit());

        assertThat(root.file("lib/link").orElseThrow().link()).isTrue();
        var copy = new ByteArrayOutputStream();
        root.copy(root.file("lib/big").orElseThrow(), copy);
        assertThat(copy.toByteArray()).isEqualTo(big);
    }

    @Test
    void submodules_may_have_submodules() throws Exception {
        try (var deep = Bare.create(directory.resolve("deep.git"))) {
            lib.withSubmodule("deep", "../deep.git", deep.with("x.yaml", "x").commit());
            app.withSubmodule("lib", "../lib.git", lib.commit());

            var root = checkout(app.commit());

            assertThat(contents(root, true)).containsExactly("lib/deep/x.yaml=x");
            assertThat(root.file("lib/deep/x.yaml")).isPresent();
        }
    }

    @Test
    void a_private_submodule_is_read_with_what_the_project_may_use_for_its_address() {
        try (var guarded = CountingGitHost.of(URI.create(host.address("lib.git")))) {
            guarded.want("Basic " + base64("ada:canary"));
            app.with("a.yaml", "a").withSubmodule("lib", guarded.url(), lib("b.yaml"));
            var commit = app.commit();
            var blue =
                    Accesses.ofProject(
                            "blue",
                            url ->
                                    url.equals(guarded.url())
                                            ? Credential.of(
                                                    url,
                                                    Map.of("username", "ada", "password", "canary"))
                                            : GitCredential.NONE);

            assertThat(checkout(commit, blue).file("lib/b.yaml")).isPresent();
            var other = checkout(commit, access("red"));
            assertThatThrownBy(() -> other.file("lib/b.yaml"))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                    .hasMessageContaining("The submodule 'lib' of " + host.address("app.git"))
                    .hasMessageContaining(guarded.url())
                    .hasMessageContaining("it asks for credentials");
            assertThat(other.file("a.yaml")).isPresent();
        }
    }

    @Test
    void what_a_checkout_leaves_out_is_left_out() {
        var commit = lib("b.yaml");
        app.with("a.yaml", "a")
                .withGitlink("lib", commit)
                .with(".gitmodules", module("lib", "../lib.git") + "update = none\n");
        assertThat(contents(checkout(app.commit()), true)).containsExactly("a.yaml=a");

        try (var bare = Bare.create(directory.resolve("bare.git"))) {
            var tip = bare.with("a.yaml", "a").withGitlink("lib", commit).commit();
            var undeclared =
                    mirrors.of(host.address("bare.git"), GitCredential.NONE)
                            .checkout(resolved("bare.git", tip), "", Access.NONE);
            assertThat(contents(undeclared, true)).containsExactly("a.yaml=a");
            assertThat(undeclared.folder("lib")).isEmpty();
        }
    }

    @Test
    void who_turns_submodules_off_has_none_and_other_names_for_folders() {
        app.with("a.yaml", "a").withSubmodule("lib", host.address("lib.git"), lib("b.yaml"));
        var commit = app.commit();
        var with = checkout(commit).treeId();
        mirrors.close();

        mirrors = mirrors("submodules", "false");

        assertThat(contents(checkout(commit), true)).containsExactly("a.yaml=a");
        assertThat(checkout(commit).treeId()).isNotEqualTo(with);
    }

    @Test
    void a_write_back_sees_and_changes_the_repository_alone() {
        app.with("a.yaml", "a").withSubmodule("lib", host.address("lib.git"), NOWHERE);
        app.commit();
        var mirror = mirrors.of(host.address("app.git"), GitCredential.NONE);
        var tip = mirror.resolve("main", FetchDemand.ANY);

        var written =
                mirror.write(
                        "main",
                        "",
                        GitCredential.NONE,
                        folder -> {
                            assertThat(folder.entries(true)).hasSize(2);
                            return new Change(Map.of(), "");
                        });

        assertThat(written.commit()).isEqualTo(tip);
        assertThatThrownBy(() -> mirror.folder(tip, "lib"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("'lib' is no folder");
    }
}
