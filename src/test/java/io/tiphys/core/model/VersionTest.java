package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 0, ''",
        "v1.2, 1, 2, 0, ''",
        "1.2.3, 1, 2, 3, ''",
        "1.2.3-rc.1, 1, 2, 3, rc.1",
        "1.2-alpine, 1, 2, 0, alpine",
        "1-a-b, 1, 0, 0, a-b",
        "1.2.3+sha.5, 1, 2, 3, ''",
        "1.2.3-rc+sha, 1, 2, 3, rc",
        "2024.01.05, 2024, 1, 5, ''",
        "1.2.3-0, 1, 2, 3, 0",
        "1.2.3-0a, 1, 2, 3, 0a",
    })
    void a_loose_version_is_read(String text, long major, long minor, long patch, String pre) {
        assertThat(Version.parse(text)).contains(new Version(major, minor, patch, pre, text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "latest",
                "V1.2",
                "vv1",
                "1.",
                ".1",
                "1.2.3.4",
                "1.2.3-",
                "1.2.3-a..b",
                "1.2.3-01",
                "1.2.3-a.00",
                "1.2.3+",
                " 1.2.3",
                "1.2.3 ",
                "1.2.3\n",
                "1,2",
                "1.x",
                "١.٢.٣",
                "18446744073709551616",
                "-1.2"
            })
    void other_tags_are_no_versions(String text) {
        assertThat(Version.parse(text)).isEmpty();
    }

    @Test
    void versions_are_ordered_by_precedence_and_then_by_spelling() {
        var ordered =
                List.of(
                        "0.0.1-a",
                        "0.0.1",
                        "0.1",
                        "1.0.0-1",
                        "1.0.0-2",
                        "1.0.0-10",
                        "1.0.0-a",
                        "1.0.0-a.1",
                        "1.0.0-a.b",
                        "1.0.0-b",
                        "1",
                        "1.0",
                        "1.0.0",
                        "1.0.0+x",
                        "v1",
                        "v1.0.0",
                        "1.0.1",
                        "1.2",
                        "1.10",
                        "2",
                        "10",
                        "9223372036854775808");
        var shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(7));

        var sorted =
                shuffled.stream()
                        .map(text -> Version.parse(text).orElseThrow())
                        .sorted()
                        .map(Version::toString)
                        .toList();

        assertThat(sorted).isEqualTo(ordered);
    }

    @Test
    void spellings_of_one_version_have_one_precedence() {
        var plain = Version.parse("1.2").orElseThrow();

        assertThat(plain.comparePrecedence(Version.parse("v1.2.0+linux").orElseThrow())).isZero();
        assertThat(plain).isNotEqualByComparingTo(Version.parse("1.2.0").orElseThrow());
    }

    @Test
    void of_a_text_of_any_length_it_is_said_whether_it_is_a_version() {
        var identifiers = "a-1.".repeat(100_000);

        assertThat(Version.parse("1.2.3-" + identifiers + "b")).isPresent();
        assertThat(Version.parse("1.2.3-" + identifiers)).isEmpty();
        assertThat(Version.parse("1.2.3+" + identifiers + "!")).isEmpty();
        assertThat(Version.parse("1".repeat(100_000))).isEmpty();
    }
}
