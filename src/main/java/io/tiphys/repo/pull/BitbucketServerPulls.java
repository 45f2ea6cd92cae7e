package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;
import static io.tiphys.repo.pull.Answers.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.repo.host.Api;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Pull requests of Bitbucket Server and Data Center. Each change names the version that it is of:
/// one that somebody else made meanwhile is not lost, and is seen the next time.
final class BitbucketServerPulls implements PullRequestHost {

    private static final String HEADS = "refs/heads/";

    private final Api api;
    private final String requests;
    private final Map<String, Object> repository;

    /// As they were found: what is not said of one is taken from it.
    private final Map<String, JsonNode> found = new HashMap<>();

    /// @param path key and name, as clones over HTTP have them below `scm`
    BitbucketServerPulls(Api api, String path) {
        this.api = api;
        int scm = Math.max(("/" + path).lastIndexOf("/scm/"), 0);
        var place = path.substring(scm).replaceFirst("^scm/", "");
        var parts = place.split("/", 2);
        if (parts.length < 2) {
            throw api.failure("its address has no project and name", false);
        }
        requests =
                "/projects/%s/repos/%s/pull-requests"
                        .formatted(encoded(parts[0]), encoded(parts[1]));
        repository = Map.of("slug", parts[1], "project", Map.of("key", parts[0]));
    }

    @Override
    public List<PullRequest> of(String head) {
        var answer =
                api.get(
                        "%s?at=%s&direction=OUTGOING&state=ALL&order=NEWEST&limit=25"
                                .formatted(requests, encoded(HEADS + head)));
        each(answer.path("values")).forEach(it -> found.put(it.path("id").asText(), it));
        // It may be for a fork's.
        return each(answer.path("values"))
                .filter(it -> it.at("/fromRef/repository/id").equals(it.at("/toRef/repository/id")))
                .map(BitbucketServerPulls::request)
                .toList();
    }

    private static PullRequest request(JsonNode json) {
        return Answers.ofBitbucket(
                json,
                json.at("/toRef/id").asText().replaceFirst("^" + HEADS, ""),
                json.at("/links/self/0/href").asText());
    }

    @Override
    public String open(String head, String base, PullRequestDraft draft) {
        return api.send(
                        "POST",
                        requests,
                        Map.of(
                                "title",
                                draft.title(),
                                "description",
                                draft.body(),
                                "fromRef",
                                Map.of("id", HEADS + head, "repository", repository),
                                "toRef",
                                Map.of("id", HEADS + base, "repository", repository)))
                .at("/links/self/0/href")
                .asText();
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        var _ = say(request, draft.title(), draft.body());
    }

    /// Reviewers that are not named would be taken off it.
    private JsonNode say(PullRequest request, String title, String body) {
        var now = found.get(request.id());
        if (now == null) {
            throw new IllegalStateException("A request is changed that was not found");
        }
        var reviewers =
                each(now.path("reviewers"))
                        .map(it -> Map.of("user", Map.of("name", it.at("/user/name").asText())))
                        .toList();
        return api.send(
                "PUT",
                requests + "/" + request.id(),
                Map.of(
                        "version",
                        now.path("version").asInt(),
                        "title",
                        title,
                        "description",
                        body,
                        "reviewers",
                        reviewers));
    }

    @Override
    public void close(PullRequest request, String body) {
        var said = say(request, request.title(), body);
        api.send(
                "POST",
                "%s/%s/decline?version=%d"
                        .formatted(requests, request.id(), said.path("version").asInt()),
                Map.of());
    }

    @Override
    public void close() {
        api.close();
    }
}
