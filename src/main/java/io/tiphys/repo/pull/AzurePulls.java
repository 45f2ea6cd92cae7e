package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;
import static io.tiphys.repo.pull.Answers.encoded;
import static io.tiphys.repo.pull.Answers.encodedPath;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.HostedRepository;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequest.State;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.core.image.PullRequestPlan;
import io.tiphys.repo.host.Api;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Pull requests of Azure DevOps, by version 7.1 of its API.
final class AzurePulls implements PullRequestHost {

    private static final String HEADS = "refs/heads/";
    private static final String VERSION = "api-version=7.1";

    private final Api api;
    private final String requests;
    private final String shown;

    AzurePulls(Api api, HostedRepository repository) {
        this.api = api;
        var path = repository.path();
        int git = path.indexOf("_git/");
        if (git < 0) {
            throw api.failure("its address must end in /_git/ and its name", false);
        }
        var name = path.substring(git + "_git/".length());
        var place = path.substring(0, git);
        // A repository that is called as its project may stand without it, and has it in the API.
        requests =
                "/%s_apis/git/repositories/%s/pullrequests"
                        .formatted(encodedPath(place), encoded(name));
        shown = "%s/%s".formatted(repository.web(), encodedPath(path));
    }

    @Override
    public List<PullRequest> of(String head) {
        var answer =
                api.get(
                        "%s?searchCriteria.sourceRefName=%s&searchCriteria.status=all&$top=20&%s"
                                .formatted(requests, encoded(HEADS + head), VERSION));
        // A fork may have a branch of that name.
        return each(answer.path("value"))
                .filter(it -> !it.has("forkSource"))
                .map(this::request)
                .toList();
    }

    private PullRequest request(JsonNode json) {
        var id = json.path("pullRequestId").asText();
        var state = Answers.state(json.path("status").asText(), "active", List.of("completed"));
        return new PullRequest(
                id,
                state,
                json.path("targetRefName").asText().replaceFirst("^" + HEADS, ""),
                json.path("title").asText(),
                json.path("description").asText(""),
                state == State.OPEN ? labels(id) : Set.of(),
                json.path("autoCompleteSetBy").isObject(),
                "%s/pullrequest/%s".formatted(shown, id));
    }

    /// Where many are listed they have none.
    private Set<String> labels(String id) {
        return Answers.names(
                api.get("%s/%s/labels?%s".formatted(requests, id, VERSION)).path("value"));
    }

    @Override
    public String open(String head, String base, PullRequestDraft draft) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("sourceRefName", HEADS + head);
        fields.put("targetRefName", HEADS + base);
        fields.put("title", draft.title());
        fields.put("description", draft.body());
        if (!draft.labels().isEmpty()) {
            fields.put(
                    "labels",
                    draft.labels().stream().sorted().map(it -> Map.of("name", it)).toList());
        }
        var opened = api.send("POST", requests + "?" + VERSION, fields);
        var id = opened.path("pullRequestId").asText();
        if (draft.merges()) {
            merge(id, opened);
        }
        return "%s/pullrequest/%s".formatted(shown, id);
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        var updated =
                patch(request.id(), Map.of("title", draft.title(), "description", draft.body()));
        for (var label : PullRequestPlan.missing(request, draft).stream().sorted().toList()) {
            api.send(
                    "POST",
                    "%s/%s/labels?%s".formatted(requests, request.id(), VERSION),
                    Map.of("name", label));
        }
        if (draft.merges() && !request.merges()) {
            merge(request.id(), updated);
        }
    }

    /// In the name of whoever opened it.
    private void merge(String id, JsonNode opened) {
        patch(
                id,
                Map.of(
                        "autoCompleteSetBy",
                        Map.of("id", opened.at("/createdBy/id").asText()),
                        "completionOptions",
                        Map.of("deleteSourceBranch", true)));
    }

    private JsonNode patch(String id, Map<String, Object> fields) {
        return api.send("PATCH", "%s/%s?%s".formatted(requests, id, VERSION), fields);
    }

    @Override
    public void close(PullRequest request, String body) {
        patch(request.id(), Map.of("description", body));
        patch(request.id(), Map.of("status", "abandoned"));
    }

    @Override
    public void close() {
        api.close();
    }
}
