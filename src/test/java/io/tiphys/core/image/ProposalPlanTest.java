package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.store.crd.ApplicationReader;
import io.tiphys.support.Cases;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ProposalPlanTest {

    private static final String KEY = "[0-9a-f]{8}";

    @TestFactory
    Stream<DynamicTest> what_is_proposed_goes_to_a_host_by_a_branch() {
        return Cases.of("golden/pulls/proposals")
                .map(
                        it ->
                                DynamicTest.dynamicTest(
                                        Json.string(it, "is"),
                                        () ->
                                                assertThat(shown(it))
                                                        .isEqualTo(
                                                                it.containsKey("plan")
                                                                        ? it.get("plan")
                                                                        : it.get("problem"))));
    }

    @Test
    void what_goes_into_one_file_is_one_request_and_into_others_another() {
        var here = Map.<String, Object>of("url", "https://github.com/a/b", "pullRequest", "true");
        var again = new HashMap<>(here);
        again.put("url", "git@GitHub.com:a/b.git");
        var elsewhere = new HashMap<>(here);
        elsewhere.put("branch", "dev");
        var other = new HashMap<>(here);
        other.put("target", "helmvalues:/other.yaml");

        assertThat(head(again)).isEqualTo(head(here));
        assertThat(head(elsewhere)).isNotEqualTo(head(here));
        assertThat(head(other)).isNotEqualTo(head(here));
    }

    private static String head(Map<String, Object> given) {
        return ((WriteBackPlan.Commit) plan(given)).proposal().orElseThrow().head();
    }

    private static String shown(Map<String, Object> given) {
        return switch (plan(given)) {
            case WriteBackPlan.Impossible(var problem) -> problem;
            case WriteBackPlan.Specification() -> "parameters";
            case WriteBackPlan.Commit commit ->
                    commit.proposal()
                            .map(
                                    it ->
                                            "%s %s %s %s %s%s"
                                                    .formatted(
                                                            it.repository().kind().text(),
                                                            it.repository().api(),
                                                            it.repository().path(),
                                                            it.head().replaceFirst(KEY, "<key>"),
                                                            it.labels(),
                                                            it.merges() ? " merged" : ""))
                            .orElse("pushed");
        };
    }

    private static WriteBackPlan plan(Map<String, Object> given) {
        var annotations = new HashMap<String, String>();
        put(annotations, "argocd-image-updater.argoproj.io/write-back-method", given, "method");
        annotations.putIfAbsent("argocd-image-updater.argoproj.io/write-back-method", "git");
        put(annotations, "argocd-image-updater.argoproj.io/write-back-target", given, "target");
        put(annotations, "argocd-image-updater.argoproj.io/git-branch", given, "branch");
        put(annotations, "tiphys.io/pull-request", given, "pullRequest");
        put(annotations, "tiphys.io/pull-request-api", given, "api");
        put(annotations, "tiphys.io/pull-request-labels", given, "labels");
        put(annotations, "tiphys.io/pull-request-auto-merge", given, "autoMerge");
        var application =
                ApplicationReader.read(
                        Map.of(
                                "metadata",
                                Map.of(
                                        "namespace",
                                        "argocd",
                                        "name",
                                        "shop",
                                        "annotations",
                                        annotations),
                                "spec",
                                Map.of(
                                        "source",
                                        Map.of(
                                                "repoURL",
                                                Json.string(given, "url"),
                                                "path",
                                                "shop",
                                                "targetRevision",
                                                "main"),
                                        "destination",
                                        Map.of("server", "https://kubernetes.default.svc"))));
        return WriteBackPlan.of(application, ImageList.parse(application.annotations()));
    }

    private static void put(
            Map<String, String> annotations, String name, Map<String, Object> given, String key) {
        if (given.containsKey(key)) {
            annotations.put(name, Json.string(given, key));
        }
    }
}
