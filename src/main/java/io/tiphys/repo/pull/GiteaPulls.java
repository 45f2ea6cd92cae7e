package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;
import static io.tiphys.repo.pull.Answers.encodedPath;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequest.State;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.core.image.PullRequestPlan;
import io.tiphys.repo.host.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Pull requests of Gitea and of Forgejo, by version 1 of their API. It finds none by its branch,
/// so all that are open are looked through, and of the others those that were touched last.
final class GiteaPulls implements PullRequestHost {

    /// As many as it gives, unless it was told otherwise.
    private static final int PAGE = 50;

    private static final int MOST_PAGES = 20;

    private static final int NOT_YET = 405;
    private static final int ASKED_BEFORE = 409;

    private final Api api;
    private final String repository;

    GiteaPulls(Api api, String path) {
        this.api = api;
        repository = "/repos/" + encodedPath(path);
    }

    @Override
    public List<PullRequest> of(String head) {
        var found = new ArrayList<PullRequest>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            var some = page("open", page);
            collect(some, head, found);
            // It may give fewer than it is asked for, of as many as there are.
            if (some.isEmpty() || !found.isEmpty()) {
                break;
            }
        }
        if (found.isEmpty()) {
            collect(page("closed", 1), head, found);
        }
        return found;
    }

    private JsonNode page(String state, int page) {
        return api.get(
                "%s/pulls?state=%s&sort=recentupdate&page=%d&limit=%d"
                        .formatted(repository, state, page, PAGE));
    }

    /// A fork may have a branch of that name.
    private static void collect(JsonNode some, String head, List<PullRequest> found) {
        each(some)
                .filter(it -> it.at("/head/ref").asText().equals(head))
                .filter(it -> it.at("/head/repo_id").equals(it.at("/base/repo_id")))
                .map(GiteaPulls::request)
                .forEach(found::add);
    }

    /// It does not tell whether it is going to merge it.
    private static PullRequest request(JsonNode json) {
        return new PullRequest(
                json.path("number").asText(),
                json.path("merged").asBoolean()
                        ? State.MERGED
                        : Answers.state(json.path("state").asText(), "open", List.of()),
                json.at("/base/ref").asText(),
                json.path("title").asText(),
                json.path("body").asText(""),
                Answers.names(json.path("labels")),
                false,
                json.path("html_url").asText());
    }

    @Override
    public String open(String head, String base, PullRequestDraft draft) {
        var opened =
                api.send(
                        "POST",
                        repository + "/pulls",
                        Map.of(
                                "title",
                                draft.title(),
                                "body",
                                draft.body(),
                                "head",
                                head,
                                "base",
                                base));
        finish(opened.path("number").asText(), draft.labels(), draft.merges());
        return opened.path("html_url").asText();
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        api.send(
                "PATCH",
                "%s/pulls/%s".formatted(repository, request.id()),
                Map.of("title", draft.title(), "body", draft.body()));
        finish(request.id(), PullRequestPlan.missing(request, draft), draft.merges());
    }

    private void finish(String number, Set<String> labels, boolean merges) {
        if (!labels.isEmpty()) {
            api.send(
                    "POST",
                    "%s/issues/%s/labels".formatted(repository, number),
                    Map.of("labels", labels.stream().sorted().toList()));
        }
        if (merges) {
            merge(number);
        }
    }

    private void merge(String number) {
        var answer =
                api.ask(
                        "POST",
                        "%s/pulls/%s/merge".formatted(repository, number),
                        Map.of(
                                "Do", "merge",
                                "merge_when_checks_succeed", true,
                                "delete_branch_after_merge", true));
        if (answer.status() == NOT_YET) {
            throw api.failure("the request is open, and cannot be merged by itself yet", true);
        }
        if (!answer.isDone() && answer.status() != ASKED_BEFORE) {
            throw api.refused(answer);
        }
    }

    @Override
    public void close(PullRequest request, String body) {
        api.send(
                "PATCH",
                "%s/pulls/%s".formatted(repository, request.id()),
                Map.of("state", "closed", "body", body));
    }

    @Override
    public void close() {
        api.close();
    }
}
