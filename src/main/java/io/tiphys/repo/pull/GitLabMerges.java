package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;
import static io.tiphys.repo.pull.Answers.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.core.image.PullRequestPlan;
import io.tiphys.repo.host.Api;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Merge requests of GitLab, by version 4 of its API.
final class GitLabMerges implements PullRequestHost {

    /// What it answers while it still finds out whether a request can be merged.
    private static final List<Integer> NOT_YET = List.of(405, 406, 409, 422);

    private final Api api;
    private final String requests;

    /// @param path of the project with its groups
    GitLabMerges(Api api, String path) {
        this.api = api;
        requests = "/projects/%s/merge_requests".formatted(encoded(path));
    }

    @Override
    public List<PullRequest> of(String head) {
        var found =
                api.get(
                        "%s?source_branch=%s&state=all&order_by=created_at&sort=desc&per_page=20"
                                .formatted(requests, encoded(head)));
        // A fork may have a branch of that name.
        return each(found)
                .filter(it -> it.path("source_project_id").equals(it.path("target_project_id")))
                .map(GitLabMerges::request)
                .toList();
    }

    private static PullRequest request(JsonNode json) {
        return new PullRequest(
                json.path("iid").asText(),
                Answers.state(json.path("state").asText(), "opened", List.of("merged", "locked")),
                json.path("target_branch").asText(),
                json.path("title").asText(),
                json.path("description").asText(""),
                each(json.path("labels")).map(JsonNode::asText).collect(Collectors.toSet()),
                json.path("merge_when_pipeline_succeeds").asBoolean(),
                json.path("web_url").asText());
    }

    @Override
    public String open(String head, String base, PullRequestDraft draft) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("source_branch", head);
        fields.put("target_branch", base);
        fields.put("title", draft.title());
        fields.put("description", draft.body());
        fields.put("remove_source_branch", true);
        if (!draft.labels().isEmpty()) {
            fields.put("labels", list(draft.labels()));
        }
        var opened = api.send("POST", requests, fields);
        if (draft.merges()) {
            merge(opened.path("iid").asText());
        }
        return opened.path("web_url").asText();
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("title", draft.title());
        fields.put("description", draft.body());
        var missing = PullRequestPlan.missing(request, draft);
        if (!missing.isEmpty()) {
            fields.put("add_labels", list(missing));
        }
        api.send("PUT", requests + "/" + request.id(), fields);
        if (draft.merges() && !request.merges()) {
            merge(request.id());
        }
    }

    private static String list(Set<String> labels) {
        return labels.stream().sorted().collect(Collectors.joining(","));
    }

    /// Newer versions have another name for it than older ones.
    private void merge(String id) {
        var answer =
                api.ask(
                        "PUT",
                        "%s/%s/merge".formatted(requests, id),
                        Map.of("merge_when_pipeline_succeeds", true, "auto_merge", true));
        if (NOT_YET.contains(answer.status())) {
            throw api.failure(
                    "the request is open, and cannot be merged by itself yet (%d)"
                            .formatted(answer.status()),
                    true);
        }
        if (!answer.isDone()) {
            throw api.refused(answer);
        }
    }

    @Override
    public void close(PullRequest request, String body) {
        api.send(
                "PUT",
                requests + "/" + request.id(),
                Map.of("state_event", "close", "description", body));
    }

    @Override
    public void close() {
        api.close();
    }
}
