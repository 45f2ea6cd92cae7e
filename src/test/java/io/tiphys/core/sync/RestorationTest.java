package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Sources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestorationTest {

    private static final String HOST = "https://host/repo.git";
    private static final String THEN = "1234567890123456789012345678901234567890";
    private static final String LATER = "abcdefabcdefabcdefabcdefabcdefabcdefabcd";

    @Test
    void a_source_that_follows_a_branch_is_restored_where_it_lies() {
        assertThat(one(source("web", "main"), source("./web/", "main"), THEN))
                .isEqualTo(new Restoration.Of(HOST, "main", Map.of("web/", THEN)));
    }

    @Test
    void another_branch_then_does_not_matter() {
        assertThat(one(source("web", "main"), source("web", "v1"), THEN))
                .isEqualTo(new Restoration.Of(HOST, "main", Map.of("web/", THEN)));
    }

    @Test
    void several_sources_of_one_branch_go_into_one_commit() {
        assertThat(
                        several(
                                List.of(source("web", "main"), source("db", "main")),
                                List.of(source("web", "main"), source("db", "main")),
                                List.of(THEN, LATER)))
                .isEqualTo(new Restoration.Of(HOST, "main", Map.of("web/", THEN, "db/", LATER)));
    }

    @Test
    void what_is_no_branch_is_refused() {
        for (var revision : List.of(LATER, "1.2.*", ">=1.0.0")) {
            assertThat(refusal(one(source("web", revision), source("web", "main"), THEN)))
                    .contains("'" + revision + "' of " + HOST + " is no branch");
        }
    }

    @Test
    void what_is_no_git_repository_is_refused() {
        var chart =
                Map.<String, Object>of(
                        "repoURL", "https://charts", "chart", "web", "targetRevision", "1.0.0");

        assertThat(refusal(one(chart, chart, "1.0.0"))).contains("no Git repository");
    }

    @Test
    void another_place_than_today_is_refused() {
        assertThat(refusal(one(source("web", "main"), source("shop", "main"), THEN)))
                .contains("another place");
        assertThat(
                        refusal(
                                several(
                                        List.of(source("web", "main")),
                                        List.of(source("web", "main"), source("db", "main")),
                                        List.of(THEN, THEN))))
                .contains("other sources");
    }

    @Test
    void several_branches_are_refused() {
        var sources = List.of(source("web", "main"), source("db", "next"));

        assertThat(refusal(several(sources, sources, List.of(THEN, THEN))))
                .contains("several repositories or branches");
    }

    @Test
    void paths_that_overlap_are_refused() {
        for (var inner : List.of("web", "web/base")) {
            var sources = List.of(source("web", "main"), source(inner, "main"));

            assertThat(refusal(several(sources, sources, List.of(THEN, LATER))))
                    .contains("overlap");
        }
    }

    @Test
    void values_that_others_use_name_no_path() {
        var values =
                Map.<String, Object>of("repoURL", HOST, "targetRevision", "main", "ref", "values");
        var sources = List.of(source("web", "main"), values);

        assertThat(refusal(several(sources, sources, List.of(THEN, THEN))))
                .contains("'values' names no path");
    }

    @Test
    void a_history_that_does_not_say_enough_is_refused() {
        assertThat(refusal(one(source("web", "main"), source("web", "main"), "")))
                .contains("of which commits");
        assertThat(
                        refusal(
                                Restoration.of(
                                        Samples.of(sources(source("web", "main")), Map.of()),
                                        Map.of("revision", THEN))))
                .contains("does not say");
    }

    private static Restoration one(
            Map<String, Object> now, Map<String, Object> then, String revision) {
        return Restoration.of(
                Samples.of(sources(now), Map.of()), Map.of("source", then, "revision", revision));
    }

    private static Restoration several(
            List<Map<String, Object>> now, List<Map<String, Object>> then, List<String> revisions) {
        return Restoration.of(
                Samples.of(Sources.read(Map.of("sources", now)), Map.of()),
                Map.of("sources", then, "revisions", revisions));
    }

    private static Sources sources(Map<String, Object> source) {
        return Sources.read(Map.of("source", source));
    }

    private static Map<String, Object> source(String path, String revision) {
        return Map.of("repoURL", HOST, "path", path, "targetRevision", revision);
    }

    private static String refusal(Restoration restoration) {
        return ((Restoration.Refused) restoration).reason();
    }
}
