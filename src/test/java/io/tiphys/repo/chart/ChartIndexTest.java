package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartIndexTest {

    @Test
    void versions_are_read_and_the_rest_is_passed_over() throws Exception {
        var index =
                read(
                        """
                        apiVersion: v1
                        generated: "2026-01-01T00:00:00Z"
                        entries:
                          web:
                            - apiVersion: v2
                              name: web
                              version: 1.2.0
                              appVersion: "7"
                              created: "2026-01-02T00:00:00Z"
                              digest: abc
                              urls: [web-1.2.0.tgz, "https://mirror.example/web.tgz"]
                              dependencies:
                                - {name: common, version: 2.x.x, tags: [a, b]}
                              maintainers: [{name: ops, email: ops@example}]
                            - {version: "1.1.0", urls: [], digest: null}
                          empty: []
                          none:
                        """);

        assertThat(index.charts()).containsOnlyKeys("web", "empty", "none");
        assertThat(index.charts().get("web"))
                .containsExactly(
                        new ChartIndex.Version(
                                "1.2.0",
                                List.of("web-1.2.0.tgz", "https://mirror.example/web.tgz"),
                                "sha256:abc",
                                "2026-01-02T00:00:00Z"),
                        new ChartIndex.Version("1.1.0", List.of(), "", ""));
    }

    @Test
    void json_is_an_index_as_well() throws Exception {
        var index = read("{\"entries\":{\"web\":[{\"version\":\"1.0.0\",\"urls\":[\"a.tgz\"]}]}}");

        assertThat(index.charts().get("web").getFirst().urls()).containsExactly("a.tgz");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    'entries: {a: [}'                                       | is no YAML
                    ''                                                      | is empty
                    'just text'                                             | another form
                    'entries: [a]'                                          | another form
                    'entries: {a: {version: 1}}'                            | another form
                    'entries: {a: [text]}'                                  | another form
                    'entries: {a: [{version: [1]}]}'                        | another form
                    'entries: {[a]: []}'                                    | another form
                    'x: &x 1.0.0\nentries: {a: [{version: *x}]}'            | another form
                    """)
    void what_is_no_index_is_refused(String yaml, String words) {
        assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("The index.yaml of the repository here cannot be read: it ")
                .hasMessageContaining(words);
    }

    @Test
    void aliases_that_multiply_cost_nothing() throws Exception {
        var bomb = new StringBuilder("x0: &x0 [lol]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append(
                    "x%d: &x%d [%s*x%d]\n"
                            .formatted(i, i, ("*x%d, ".formatted(i - 1)).repeat(9), i - 1));
        }

        assertThat(read(bomb + "entries: {web: []}").charts()).containsOnlyKeys("web");
    }

    @Test
    void what_is_endless_is_refused() {
        assertThatThrownBy(() -> read("x: " + "[".repeat(5_000)))
                .isInstanceOf(ManifestFailure.class);
        assertThatThrownBy(() -> read("entries:\n  web:\n" + "  - {}\n".repeat(200_001)))
                .hasMessageContaining("has more than 200,000 versions");
    }

    private static ChartIndex read(String yaml) throws IOException {
        return ChartIndex.read("here", new ByteArrayInputStream(yaml.getBytes(UTF_8)));
    }
}
