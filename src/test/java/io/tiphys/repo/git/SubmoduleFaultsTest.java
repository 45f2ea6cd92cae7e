package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.CountingGitHost;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What authors get wrong with submodules, or mean to, and what hosts do. Nothing else stops.
class SubmoduleFaultsTest extends AgainstTwoRepositories {

    @Test
    void what_names_itself_again_and_again_ends() {
        app.with("a.yaml", "a");
        for (int i = 0; i < 12; i++) {
            var before = app.commit();
            app.withGitlink("self", before).with(".gitmodules", module("self", "./"));
        }
        app.with(".gitmodules", module("self", host.address("app.git")));
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.entries(true))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("'self' of " + host.address("app.git"))
                .hasMessageContaining("nested more than 10 deep");
        assertThat(root.file("a.yaml")).isPresent();
    }

    @Test
    void there_are_not_more_than_a_thousand_of_them() {
        var commit = lib("b.yaml");
        for (int i = 0; i <= 1000; i++) {
            app.withSubmodule("lib/" + i, "../lib.git", commit);
        }
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.entries(true))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("one of more than 1000");
    }

    @Test
    void a_submodule_whose_host_does_not_answer_is_named_and_may_come_back() throws Exception {
        var away = CountingGitHost.of(URI.create(host.address("lib.git")));
        app.with("a.yaml", "a").withSubmodule("lib", away.url(), lib("b.yaml"));
        away.close();
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.folder("lib/web"))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessageContaining("The submodule 'lib' of ");
        assertThat(root.file("a.yaml")).isPresent();
    }

    @Test
    void a_commit_that_the_other_repository_does_not_have_is_named() {
        lib("b.yaml");
        app.withSubmodule("lib", host.address("lib.git"), NOWHERE);
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.entries(true))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("The submodule 'lib' of ")
                .hasMessageContaining("no branch, tag or commit '" + NOWHERE + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc",
                "/etc/repository",
                "etc",
                "../../../lib.git",
                "ext::sh -c evil",
                "-u./evil",
                "--upload-pack=evil",
                "git://host/lib",
                "http://host/%0ahost/lib",
                "",
            })
    void an_address_that_is_not_on_the_web_or_of_ssh_is_refused(String url) {
        app.with("a.yaml", "a").withSubmodule("lib", "\"" + url + "\"", lib("b.yaml"));
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.folder("lib"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("The submodule 'lib' of " + host.address("app.git"))
                .message()
                .containsOnlyOnce("The submodule");
        assertThat(root.file("a.yaml")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../b", "-evil"})
    void a_name_that_is_none_is_refused(String name) {
        app.with("a.yaml", "a")
                .withGitlink("lib", lib("b.yaml"))
                .with(
                        ".gitmodules",
                        "[submodule \"%s\"]\npath = lib\nurl = ../lib.git\n".formatted(name));
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.folder("lib"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("name or address in .gitmodules is none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[submodule \"other\"] | .gitmodules has no address for it",
                "[submodule \"lib      | .gitmodules is malformed",
                "url = [[ = \"          | .gitmodules is malformed",
            })
    void what_gitmodules_does_not_say_is_named_where_it_is_needed(String text, String words) {
        app.with("a.yaml", "a").withGitlink("lib", lib("b.yaml")).with(".gitmodules", text);
        var commit = app.commit();
        var root = checkout(commit);

        for (var path : List.of("lib", "lib/web")) {
            assertThatThrownBy(() -> root.folder(path))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("The submodule 'lib' of ")
                    .hasMessageContaining(words);
        }
        assertThat(root.file("a.yaml").map(root::read)).isPresent();
    }

    @Test
    void a_gitmodules_of_many_megabytes_is_not_read() {
        app.with("a.yaml", "a")
                .with(".gitmodules", module("lib", "../lib.git").repeat(300_000))
                .withGitlink("lib", lib("b.yaml"));
        var root = checkout(app.commit());

        assertThatThrownBy(() -> root.folder("lib"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(".gitmodules is larger than 1 MB");
        assertThat(root.file("a.yaml").map(root::read)).isPresent();
    }

    @Test
    void trees_that_name_each_other_a_million_times_are_not_listed() {
        var tip = resolved("lib.git", lib.commitDoubled(20));
        var root = mirrors.of(host.address("lib.git"), GitCredential.NONE).folder(tip, "");

        assertThatThrownBy(() -> root.entries(true))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("more than 500,000 files");
    }
}
