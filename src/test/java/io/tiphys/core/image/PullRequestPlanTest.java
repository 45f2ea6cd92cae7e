package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.CommitStyle.Change;
import io.tiphys.core.image.PullRequest.State;
import io.tiphys.core.model.Json;
import io.tiphys.support.Cases;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PullRequestPlanTest {

    private static final Change CHANGE =
            new Change("argocd", "shop", "registry.local/web", "web", "1.0.0", "1.1.0");

    @TestFactory
    Stream<DynamicTest> a_branch_of_proposals_has_one_request() {
        return Cases.of("golden/pulls/plan")
                .map(
                        it ->
                                DynamicTest.dynamicTest(
                                        Json.string(it, "is"),
                                        () ->
                                                assertThat(plan(it))
                                                        .isEqualTo(Json.string(it, "plan"))));
    }

    private static String plan(Map<String, Object> given) {
        var known = Json.array(given, "known").stream().map(it -> request(Json.object(it)));
        var wanted =
                Optional.of(Json.object(given, "wants"))
                        .filter(it -> !it.isEmpty())
                        .map(PullRequestPlanTest::draft);
        return switch (PullRequestPlan.of("main", wanted, known.toList())) {
            case PullRequestPlan.Open _ -> "open";
            case PullRequestPlan.Update(var request, _) -> "update " + request.id();
            case PullRequestPlan.Close(var request) -> "close " + request.id();
            case PullRequestPlan.Nothing(var reason) -> "nothing: " + reason;
        };
    }

    private static PullRequestDraft draft(Map<String, Object> fields) {
        var labels = strings(fields, "labels");
        var changes =
                strings(fields, "items").stream()
                        .map(it -> it.split(":", 2))
                        .map(it -> new Change("argocd", "shop", it[0], "", "0", it[1]))
                        .toList();
        return PullRequestDraft.of(
                Json.string(fields, "title") + "\n\nBy the registry",
                changes,
                proposal(HostKind.GITHUB, labels, Json.bool(fields, "merges")));
    }

    private static PullRequest request(Map<String, Object> fields) {
        var draft = draft(fields);
        var body = fields.containsKey("body") ? Json.string(fields, "body") : draft.body();
        if (Json.bool(fields, "superseded")) {
            body = PullRequestDraft.superseded(body);
        }
        var base = Json.string(fields, "base");
        return new PullRequest(
                String.valueOf(fields.get("id")),
                State.valueOf(Json.string(fields, "state")),
                base.isEmpty() ? "main" : base,
                Json.string(fields, "title"),
                Json.bool(fields, "crlf") ? body.replace("\n", "\r\n") + "\r\n" : body,
                new HashSet<>(draft.labels()),
                draft.merges(),
                "https://h/" + fields.get("id"));
    }

    private static List<String> strings(Map<String, Object> fields, String name) {
        return Json.array(fields, name).stream().map(String::valueOf).toList();
    }

    private static WriteBackPlan.Proposal proposal(
            HostKind kind, List<String> labels, boolean merges) {
        var web = URI.create("https://h");
        return new WriteBackPlan.Proposal(
                new HostedRepository(kind, web, "acme/shop", web), "head", labels, merges);
    }

    @Test
    void a_request_says_what_its_commit_says_and_what_closing_it_means() {
        var draft =
                PullRequestDraft.of(
                        "build: update shop\n\nupdates web\n",
                        List.of(CHANGE, CHANGE),
                        proposal(HostKind.GITHUB, List.of(), false));

        assertThat(draft.title()).isEqualTo("build: update shop");
        assertThat(draft.body())
                .isEqualTo(
                        """
                        updates web

                        ---
                        Closed without being merged, it holds these until there are newer tags:
                        - `registry.local/web:1.1.0`\
                        """);
        assertThat(PullRequestDraft.superseded(draft.body()))
                .isEqualTo(
                        """
                        updates web

                        ---
                        Closed, as nothing of it is left to be done in the branch that it was for.\
                        """);
    }

    @Test
    void a_message_that_a_host_would_refuse_is_cut_and_what_is_proposed_stays() {
        var draft =
                PullRequestDraft.of(
                        "t".repeat(1_000) + "\n" + "😀".repeat(10_000),
                        List.of(CHANGE),
                        proposal(HostKind.AZURE_DEVOPS, List.of(), false));

        assertThat(draft.title()).hasSize(400);
        assertThat(draft.body()).hasSizeBetween(3_999, 4_000).doesNotContain("\ud83d\n");
        assertThat(PullRequestDraft.items(draft.body()))
                .containsExactly("registry.local/web:1.1.0");
    }

    @Test
    void a_list_that_a_host_would_refuse_is_cut() {
        var changes =
                IntStream.range(0, 1_000)
                        .mapToObj(
                                it -> new Change("argocd", "shop", "registry/" + it, "", "0", "1"))
                        .toList();

        var draft =
                PullRequestDraft.of(
                        "t", changes, proposal(HostKind.AZURE_DEVOPS, List.of(), false));

        assertThat(draft.body()).hasSizeLessThan(2_001);
        assertThat(PullRequestDraft.items(draft.body())).hasSizeGreaterThan(50);
    }

    @Test
    void what_was_proposed_before_and_what_comes_now_are_one_change() {
        var other = new Change("argocd", "other", "registry.local/web", "web", "1.0.0", "1.1.0");

        assertThat(
                        PullRequestDraft.merged(
                                List.of(
                                        CHANGE,
                                        other,
                                        new Change(
                                                "argocd",
                                                "shop",
                                                "registry.local/web",
                                                "web",
                                                "1.1.0",
                                                "1.2.0"))))
                .containsExactlyInAnyOrder(
                        new Change("argocd", "shop", "registry.local/web", "web", "1.0.0", "1.2.0"),
                        other);
    }

    @Test
    void a_change_for_review_has_its_id_among_the_trailers() {
        assertThat(PullRequestDraft.reviewed("Update\n\nA: b\n", "1f"))
                .isEqualTo("Update\n\nA: b\nChange-Id: I1f\n");
        assertThat(PullRequestDraft.reviewed("Update: a thing\n", "1f"))
                .isEqualTo("Update: a thing\n\nChange-Id: I1f\n");
        assertThat(PullRequestDraft.reviewed("Update\n\nA: b\nand more", "1f"))
                .isEqualTo("Update\n\nA: b\nand more\n\nChange-Id: I1f\n");
    }
}
