package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.encodedPath;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequest.State;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.core.image.PullRequestPlan;
import io.tiphys.repo.host.Api;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What GitHub's API and that of Gitea, which was made after it, have in common: all but how
/// requests are found and how they are merged.
final class GitHubDialect {

    private final Api api;
    private final String repository;
    private final String requests;

    /// @param path owner and name
    GitHubDialect(Api api, String path) {
        this.api = api;
        repository = "/repos/" + encodedPath(path);
        requests = repository + "/pulls";
    }

    /// Where requests are.
    String requests() {
        return requests;
    }

    /// @param merges whether it is going to be merged by itself
    static PullRequest request(JsonNode json, boolean merged, boolean merges) {
        return new PullRequest(
                json.path("number").asText(),
                merged
                        ? State.MERGED
                        : Answers.state(json.path("state").asText(), "open", List.of()),
                json.at("/base/ref").asText(),
                json.path("title").asText(),
                json.path("body").asText(""),
                Answers.names(json.path("labels")),
                merges,
                json.path("html_url").asText());
    }

    /// @return the request, which is not merged by itself yet
    JsonNode open(String head, String base, PullRequestDraft draft) {
        var opened =
                api.send(
                        "POST",
                        requests,
                        Map.of(
                                "title",
                                draft.title(),
                                "body",
                                draft.body(),
                                "head",
                                head,
                                "base",
                                base));
        label(opened.path("number").asText(), draft.labels());
        return opened;
    }

    /// @return the request, which is merged by itself if it was before
    JsonNode update(PullRequest request, PullRequestDraft draft) {
        var updated = patch(request, Map.of("title", draft.title(), "body", draft.body()));
        label(request.id(), PullRequestPlan.missing(request, draft));
        return updated;
    }

    void close(PullRequest request, String body) {
        patch(request, Map.of("state", "closed", "body", body));
    }

    private JsonNode patch(PullRequest request, Map<String, Object> fields) {
        return api.send("PATCH", "%s/%s".formatted(requests, request.id()), fields);
    }

    private void label(String number, Set<String> labels) {
        if (!labels.isEmpty()) {
            api.send(
                    "POST",
                    "%s/issues/%s/labels".formatted(repository, number),
                    Map.of("labels", labels.stream().sorted().toList()));
        }
    }
}
