package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryUrlTest {

    @ParameterizedTest
    @CsvSource({
        "https://host/team/app.git, ../lib.git, https://host/team/lib.git",
        "https://host/team/app/, ../lib, https://host/team/lib",
        "https://host:8443/team/app, ../../other/lib, https://host:8443/other/lib",
        "https://host/team/app, ./lib, https://host/team/app/lib",
        "https://host/team/app, ./, https://host/team/app",
        "https://host/team/app, ../../lib, https://host/lib",
        "https://ada:secret@host/team/app, ../lib, https://ada:secret@host/team/lib",
        "https://host/a:b/app, ../lib, https://host/a:b/lib",
        "ssh://git@host:22/team/app.git, ../lib.git, ssh://git@host:22/team/lib.git",
        "git@host:team/app.git, ../lib.git, git@host:team/lib.git",
        "git@host:app.git, ../lib.git, git@host:lib.git",
        "git@host:/srv/app.git, ../lib.git, git@host:/srv/lib.git",
        "https://host/team/app, https://other/lib, https://other/lib",
        "https://host/team/app, lib, lib",
        "https://host/team/app, .../lib, .../lib",
    })
    void a_submodules_address_may_be_relative(String parent, String url, String expected) {
        assertThat(RepositoryUrl.ofSubmodule(parent, url)).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "https://host/team/app, ../../../lib",
        "https://host/team/app, ../../../../../etc",
        "https://host, ../lib",
        "ssh://git@host/app, ../../lib",
        "git@host:team/app.git, ../../../lib.git",
    })
    void a_submodules_address_does_not_leave_its_host(String parent, String url) {
        assertThat(RepositoryUrl.ofSubmodule(parent, url)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/org/repo",
                "https://github.com/org/repo.git",
                "https://github.com/org/repo/",
                "https://github.com/org/repo.git/",
                "https://github.com:443/org/repo",
                "http://github.com:80/org/repo",
                "HTTPS://GitHub.com/Org/Repo.GIT",
                "https://user@github.com/org/repo",
                "https://user:pass@github.com/org/repo",
                "https://user:p%40ss@github.com/org/repo",
                "https://user:p@ss@github.com/org/repo",
                "ssh://git@github.com/org/repo.git",
                "ssh://git@github.com:22/org/repo.git",
                "git@github.com:org/repo.git",
                "git@github.com:/org/repo.git",
                "github.com:org/repo",
                "  https://github.com/org/repo \n",
                "https://github.com//org/repo",
            })
    void every_spelling_of_a_repository_is_the_same(String url) {
        assertThat(RepositoryUrl.canonical(url)).isEqualTo("github.com/org/repo");
    }

    @ParameterizedTest
    @CsvSource({
        "https://git.example.org:8443/org/repo, git.example.org:8443/org/repo",
        "https://git.example.org:22/org/repo, git.example.org:22/org/repo",
        "ssh://git@git.example.org:443/org/repo, git.example.org:443/org/repo",
        "http://127.0.0.1:9419/sample.git, 127.0.0.1:9419/sample",
        "http://[::1]:9419/sample.git, [::1]:9419/sample",
        "https://git.example.org/org/repo.github.io, git.example.org/org/repo.github.io",
        "https://git.example.org/a/b/c.git, git.example.org/a/b/c",
    })
    void what_tells_repositories_apart_stays(String url, String canonical) {
        assertThat(RepositoryUrl.canonical(url)).isEqualTo(canonical);
        assertThat(RepositoryUrl.isCanonical(canonical)).isTrue();
        assertThat(RepositoryUrl.isCanonical(url)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@under_score.example/org/repo",
                "https://user:secret@host name/org/repo",
                "https://user:sec|ret@github.com/org/repo",
                "ssh://user:secret@host:org/repo",
            })
    void credentials_are_gone_even_from_addresses_that_are_no_uri(String url) {
        assertThat(RepositoryUrl.canonical(url)).doesNotContain("secret", "sec|ret", "user");
    }

    @Test
    void a_host_with_an_underscore_is_one_whatever_the_transport() {
        assertThat(RepositoryUrl.canonical("https://git_host/org/repo.git"))
                .isEqualTo(RepositoryUrl.canonical("git@git_host:org/repo"))
                .isEqualTo("git_host/org/repo");
    }

    @Test
    void the_canonical_form_is_its_own() {
        for (var url : new String[] {"github.com/org/repo", "git_host/r", "127.0.0.1/r", "text"}) {
            assertThat(RepositoryUrl.canonical(url)).isEqualTo(url);
        }
    }

    /// Whatever the host, the path and the credentials, and however it is spelled.
    @Test
    void any_two_spellings_of_a_repository_are_the_same() {
        var random = new Random(20261121);
        for (int i = 0; i < 5_000; i++) {
            var host = name(random) + ".example.org";
            var path = name(random) + "/" + name(random) + (random.nextBoolean() ? ".x" : "");

            assertThat(RepositoryUrl.canonical(spelling(host, path, random)))
                    .isEqualTo(RepositoryUrl.canonical(spelling(host, path, random)))
                    .isEqualTo(host + "/" + path);
        }
    }

    @Test
    void no_two_repositories_are_the_same() {
        var random = new Random(20261122);
        for (int i = 0; i < 5_000; i++) {
            var host = name(random) + ".example.org";
            int port = 1024 + random.nextInt(60_000);
            var path = name(random) + "/" + name(random);
            var canonical = RepositoryUrl.canonical(spelling(host, path, random));

            assertThat(canonical)
                    .isNotEqualTo(
                            RepositoryUrl.canonical("https://" + host + ":" + port + "/" + path))
                    .isNotEqualTo(RepositoryUrl.canonical(spelling("x" + host, path, random)))
                    .isNotEqualTo(RepositoryUrl.canonical(spelling(host, path + "x", random)))
                    .isNotEqualTo(RepositoryUrl.canonical(spelling(host, "x/" + path, random)));
        }
    }

    @Test
    void a_port_of_its_own_is_kept_whatever_the_scheme() {
        var random = new Random(20261123);
        for (int i = 0; i < 1_000; i++) {
            int port = 1024 + random.nextInt(60_000);

            assertThat(RepositoryUrl.canonical("ssh://git@h.example:" + port + "/a/b.git"))
                    .isEqualTo(RepositoryUrl.canonical("https://h.example:" + port + "/a/b"))
                    .isEqualTo("h.example:" + port + "/a/b");
        }
    }

    @Test
    void the_canonical_form_of_a_canonical_form_is_itself() {
        var random = new Random(20261124);
        for (int i = 0; i < 5_000; i++) {
            var canonical =
                    RepositoryUrl.canonical(
                            spelling(name(random) + ".example.org", name(random), random));

            assertThat(RepositoryUrl.canonical(canonical)).isEqualTo(canonical);
            assertThat(RepositoryUrl.isCanonical(canonical)).as(canonical).isTrue();
        }
    }

    /// One of the ways to write an address.
    private static String spelling(String host, String path, Random random) {
        var shouted = random.nextBoolean() ? host.toUpperCase(Locale.ROOT) : host;
        var user = random.nextBoolean() ? name(random) + ":" + name(random) + "@" : "";
        var end = List.of("", ".git", "/", ".git/", ".GIT").get(random.nextInt(5));
        var url =
                switch (random.nextInt(7)) {
                    case 0 -> "https://" + user + shouted + "/" + path;
                    case 1 -> "HTTPS://" + user + shouted + ":443/" + path;
                    case 2 -> "http://" + user + shouted + ":80/" + path;
                    case 3 -> "ssh://git@" + shouted + "/" + path;
                    case 4 -> "ssh://git@" + shouted + ":22/" + path;
                    case 5 -> "git@" + shouted + ":" + path;
                    default -> shouted + ":/" + path;
                };
        return url + end;
    }

    private static String name(Random random) {
        var letters = "abcxyz019_-";
        var name = new StringBuilder("r");
        for (int length = 1 + random.nextInt(8); length > 0; length--) {
            name.append(letters.charAt(random.nextInt(letters.length())));
        }
        return name.toString();
    }

    @Test
    void hostile_text_never_throws() {
        var random = new Random(7);
        var alphabet = "://@.git[]%#?\\ \n\u0000aZ09-_~é\uD800";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThatCode(() -> RepositoryUrl.canonical(text.toString()))
                    .as(text.toString())
                    .doesNotThrowAnyException();
        }
    }
}
