package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "abc, abc, true",
        "abc, abcd, false",
        "*, anything-1.2, true",
        "*, '', true",
        "*, a/b, false",
        "*c, abc, true",
        "a*, a, true",
        "a*/b, a/c/b, false",
        "*-rc*, 1.2-rc3, true",
        "1.2, 1x2, false",
        "a?c, abc, true",
        "a?c, a/c, false",
        "a?c, ac, false",
        "[abc], b, true",
        "[abc], d, false",
        "[a-c]x, bx, true",
        "[^a-c]x, dx, true",
        "[^a-c]x, bx, false",
        "[!a]x, '!x', true",
        "[!a]x, bx, false",
        "[a\\-c], -, true",
        "[a\\-c], b, false",
        "[\\]], ], true",
        "[.^], ^, true",
        "a\\*c, a*c, true",
        "a\\*c, abc, false",
        "'{a,b}', a, false",
        "'{a,b}', '{a,b}', true",
        "**, ab, true",
        "a+, aa, false",
        "(x)|$, x, false",
        "[x-xé], é, true",
        "🚀?, 🚀🚀, true",
    })
    void a_pattern_matches_as_go_does(String glob, String tag, boolean matches) {
        assertThat(Glob.compile(glob).matches(tag)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[", "[]", "[]a]", "[^]", "[a", "[a-", "[a-]", "[-x]", "[x-a]", "a\\", "[\\"
            })
    void a_malformed_pattern_is_refused(String glob) {
        assertThatThrownBy(() -> Glob.compile(glob))
                .isInstanceOf(InvalidTagFilterException.class)
                .hasMessage("ignore-tags holds a malformed pattern: '" + glob + "'");
    }
}
