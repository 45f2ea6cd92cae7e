package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryUrlTest {

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
