package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteBaseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    https://h/o/r                        | https://h/o/r               | ''   | HEAD
                    https://h/o/r/a/b?ref=v1             | https://h/o/r               | a/b  | v1
                    https://h/o/r//a/b?ref=v1            | https://h/o/r               | a/b  | v1
                    https://h/deep/o/r//a                | https://h/deep/o/r          | a    | HEAD
                    https://h/deep/o/r.git/a             | https://h/deep/o/r.git      | a    | HEAD
                    https://h/r.git                      | https://h/r.git             | ''   | HEAD
                    https://h:8443/r.git//a              | https://h:8443/r.git        | a    | HEAD
                    HTTPS://h/o/r                        | https://h/o/r               | ''   | HEAD
                    http://h/o/r                         | http://h/o/r                | ''   | HEAD
                    https://me@h/o/r                     | https://me@h/o/r            | ''   | HEAD
                    https://me:word@h/o/r//a             | https://me:word@h/o/r       | a    | HEAD
                    git::https://h/o/r//a                | https://h/o/r               | a    | HEAD
                    github.com/o/r                       | https://github.com/o/r      | ''   | HEAD
                    GitHub.com/o/r/a?ref=main            | https://github.com/o/r      | a    | main
                    http://github.com/o/r                | https://github.com/o/r      | ''   | HEAD
                    git@github.com:o/r.git//a            | git@github.com:o/r.git      | a    | HEAD
                    git@github.com/o/r                   | git@github.com:o/r          | ''   | HEAD
                    github.com:o/r                       | https://github.com/o/r      | ''   | HEAD
                    ssh://github.com/o/r                 | git@github.com:o/r          | ''   | HEAD
                    ssh://git@github.com/o/r//a          | git@github.com:o/r          | a    | HEAD
                    git@h:o/r.git//a?ref=v1              | git@h:o/r.git               | a    | v1
                    git@h:deep/o/r//a                    | git@h:deep/o/r              | a    | HEAD
                    git::git@h:o/r                       | git@h:o/r                   | ''   | HEAD
                    ssh://git@h:2222/o/r                 | ssh://git@h:2222/o/r        | ''   | HEAD
                    https://dev.azure.com/o/p/_git/r/a/b | https://dev.azure.com/o/p/_git/r | a/b | HEAD
                    https://dev.azure.com/o/p/_git/r     | https://dev.azure.com/o/p/_git/r | '' | HEAD
                    git@ssh.dev.azure.com:v3/o/p//a      | git@ssh.dev.azure.com:v3/o/p | a   | HEAD
                    https://h/o/r?version=v1             | https://h/o/r               | ''   | v1
                    https://h/o/r?version=v1&ref=v2      | https://h/o/r               | ''   | v2
                    https://h/o/r?ref=                   | https://h/o/r               | ''   | HEAD
                    https://h/o/r?ref=a%2Fb&timeout=9s&submodules=false | https://h/o/r | ''  | a/b
                    https://h/o/r?ref=%zz                | https://h/o/r               | ''   | HEAD
                    https://h/o/r//a/../b                | https://h/o/r               | a/../b | HEAD
                    file:///srv/r.git//a                 | file:///srv/r.git           | a    | HEAD
                    """)
    void a_name_leads_to_a_folder_of_a_repository(
            String name, String url, String path, String ref) {
        assertThat(RemoteBase.parse(name)).contains(new RemoteBase(url, path, ref));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "base",
                "../base",
                "./a@b:c",
                "/srv/base",
                "h/o/r",
                "h:o/r",
                "https://h",
                "https://h/r",
                "https://",
                "git@h",
                "github.com/o",
                "my_user@h:o/r",
                "https://h/o/r//..",
                "https://h/o/r//a/../../b",
                "https://h/o/r/a.yaml",
                "https://h/o/r//a.YML?ref=v1",
                "https://h/o/r.git/a.json",
                "apiVersion: v1\nkind: A"
            })
    void all_else_is_none(String name) {
        assertThat(RemoteBase.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/a.yaml, true",
        "HTTP://h/a.yml?token=word, true",
        "https://h/a.json#x, true",
        "https://h/a.txt, false",
        "https://h/o/r?file=a.yaml, false",
        "a.yaml, false",
        "ssh://h/a.yaml, false"
    })
    void a_manifest_on_the_web_is_known_by_its_name(String name, boolean is) {
        assertThat(RemoteBase.isFile(name)).isEqualTo(is);
    }
}
