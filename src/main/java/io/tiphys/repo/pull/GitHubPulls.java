package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;
import static io.tiphys.repo.pull.Answers.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.repo.host.Api;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Pull requests of GitHub, by version 3 of its API; what that has not, GraphQL has.
final class GitHubPulls implements PullRequestHost {

    private static final String AUTO_MERGE =
            "mutation($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id})"
                    + " { clientMutationId } }";

    private final Api api;
    private final String graph;
    private final String owner;
    private final GitHubDialect dialect;

    GitHubPulls(Api api, URI base, String path) {
        this.api = api;
        // Beside the other where it has no host of its own: /api/v3, /api/graphql.
        graph = base.getPath().endsWith("/v3") ? "/../graphql" : "/graphql";
        owner = path.substring(0, Math.max(path.indexOf('/'), 0));
        dialect = new GitHubDialect(api, path);
    }

    @Override
    public List<PullRequest> of(String head) {
        var found =
                api.get(
                        "%s?state=all&head=%s&sort=created&direction=desc&per_page=20"
                                .formatted(dialect.requests(), encoded(owner + ":" + head)));
        return each(found)
                .filter(it -> it.at("/head/ref").asText().equals(head))
                .map(GitHubPulls::request)
                .toList();
    }

    private static PullRequest request(JsonNode json) {
        return GitHubDialect.request(
                json, json.path("merged_at").isTextual(), json.path("auto_merge").isObject());
    }

    @Override
    public String open(String head, String base, PullRequestDraft draft) {
        var opened = dialect.open(head, base, draft);
        if (draft.merges()) {
            merge(opened.path("node_id").asText());
        }
        return opened.path("html_url").asText();
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        var updated = dialect.update(request, draft);
        if (draft.merges() && !request.merges()) {
            merge(updated.path("node_id").asText());
        }
    }

    private void merge(String node) {
        var answer =
                api.send(
                        "POST",
                        graph,
                        Map.of("query", AUTO_MERGE, "variables", Map.of("id", node)));
        // It tells of failures with 200.
        if (!answer.path("errors").isMissingNode()) {
            throw api.failure(
                    "the request is open, and is not merged by itself: "
                            + answer.at("/errors/0/message").asText("its host does not say why"),
                    false);
        }
    }

    @Override
    public void close(PullRequest request, String body) {
        dialect.close(request, body);
    }

    @Override
    public void close() {
        api.close();
    }
}
