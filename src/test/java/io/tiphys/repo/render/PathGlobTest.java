package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathGlobTest {

    @ParameterizedTest
    @CsvSource({
        ".git/*,.git/config,true",
        ".git/*,.git/objects/ab,true",
        ".git/*,.gitignore,false",
        "docs,docs/a/b,true",
        "docs,docs2,false",
        "*.png,a.png,true",
        "*.png,a/b.png,false",
        "**,a,true",
        "a?c,abc,true",
        "a?c,a/c,false",
        "[a-c]x,bx,true",
        "[^a-c]x,bx,false",
        "[^a-c]x,dx,true",
        "\\*,*,true",
        "\\*,a,false",
        "a.b,axb,false"
    })
    void paths_match_as_go_has_it(String glob, String path, boolean matches) {
        assertThat(new PathGlob(glob).matches(path)).isEqualTo(matches);
    }

    @Test
    void a_set_without_end_is_none() {
        assertThatThrownBy(() -> new PathGlob("a[b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a[b");
    }
}
