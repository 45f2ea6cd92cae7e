package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartVersionsTest {

    private static final List<String> VERSIONS =
            List.of(
                    "1.2.0",
                    "1.10.0",
                    "v1.9.0",
                    "2.0.0-rc.1",
                    "1.10.0-alpha",
                    "0.9.1+b.1",
                    "latest");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    *              | 1.10.0
                    1.x            | 1.10.0
                    1              | 1.10.0
                    1.2            | 1.2.0
                    1.2.0          | 1.2.0
                    v1.2.0         | 1.2.0
                    1.9.0          | v1.9.0
                    ~1.9           | v1.9.0
                    <1.10          | v1.9.0
                    >=1 <1.9       | 1.2.0
                    ^0.9           | 0.9.1+b.1
                    0.9.1          | 0.9.1+b.1
                    >=2.0.0-0      | 2.0.0-rc.1
                    2.0.0-rc.1     | 2.0.0-rc.1
                    latest         | latest
                    2.0.0          |
                    >=2            |
                    newest         |
                    """)
    void the_version_that_is_meant_is_chosen(String wanted, String chosen) {
        assertThat(ChartVersions.choose(wanted, VERSIONS).orElse(null)).isEqualTo(chosen);
        assertThat(ChartVersions.choose(wanted, VERSIONS.reversed()).orElse(null))
                .isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource({
        "*,true",
        "1.x,true",
        ">=1,true",
        "^1.2.3,true",
        "1.2.3,false",
        "v1.2,false",
        "latest,false",
        "sha256:00,false"
    })
    void only_a_constraint_may_stand_for_another_version_later(String wanted, boolean may) {
        assertThat(ChartVersions.mayMove(wanted)).isEqualTo(may);
    }

    @Test
    void the_newest_are_shown_and_the_rest_is_counted() {
        assertThat(ChartVersions.shown(List.of("latest", "1.2.0", "1.10.0")))
                .isEqualTo("there are 1.10.0, 1.2.0, latest");
        assertThat(
                        ChartVersions.shown(
                                IntStream.range(0, 30)
                                        .mapToObj(it -> "1.%d.0".formatted(it))
                                        .toList()))
                .startsWith("there are 1.29.0, 1.28.0,")
                .endsWith("1.20.0 and 20 more");
        assertThat(ChartVersions.shown(List.of())).isEqualTo("there are none");
    }
}
