package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceEventsTest {

    @ParameterizedTest
    @CsvSource({
        "https://H/Team/app.git, '', h/team/app",
        "oci://Registry.example/team/web, '', registry.example/team/web",
        "oci://registry.example/team, web, registry.example/team/web",
        "registry.example:5000/team, web, registry.example:5000/team/web",
        "registry-1.docker.io/team, web, docker.io/team/web",
        "oci://index.docker.io/team/web, '', docker.io/team/web",
        "https://charts.example/stable, web, charts.example/stable/web",
    })
    void a_source_is_found_by_the_name_that_events_have(String url, String chart, String name) {
        assertThat(source(url, chart, "").events()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "1.x, 1.2.0, true",
        "1.x, 2.0.0, false",
        "'', 2.0.0, true",
        "'', 2.0.0-rc.1, false",
        "1.2.0, 1.2.0, true",
        "1.2.0, 1.2.1, false",
        "1.2.0+a, 1.2.0_a, true",
        "latest, latest, true",
        "latest, 1.0.0, false",
    })
    void only_tags_that_the_revision_allows_count(String revision, String tag, boolean counts) {
        assertThat(source("oci://registry.example/web", "", revision).follows(tag))
                .isEqualTo(counts);
    }

    private static Source source(String url, String chart, String revision) {
        return Source.read(
                "spec.source", Map.of("repoURL", url, "chart", chart, "targetRevision", revision));
    }
}
