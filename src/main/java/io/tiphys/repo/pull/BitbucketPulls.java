package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;
import static io.tiphys.repo.pull.Answers.encoded;
import static io.tiphys.repo.pull.Answers.encodedPath;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.repo.host.Api;
import java.util.List;
import java.util.Map;

/// Pull requests of Bitbucket Cloud, by version 2 of its API.
final class BitbucketPulls implements PullRequestHost {

    private final Api api;
    private final String requests;

    /// @param path workspace and name
    BitbucketPulls(Api api, String path) {
        this.api = api;
        requests = "/repositories/%s/pullrequests".formatted(encodedPath(path));
    }

    @Override
    public List<PullRequest> of(String head) {
        var query = encoded("source.branch.name = \"%s\"".formatted(head.replace("\"", "\\\"")));
        var found =
                api.get(
                        "%s?q=%s&state=OPEN&state=MERGED&state=DECLINED&state=SUPERSEDED&sort=-created_on&pagelen=20"
                                .formatted(requests, query));
        // A fork may have a branch of that name.
        return each(found.path("values"))
                .filter(
                        it ->
                                it.at("/source/repository/full_name")
                                        .equals(it.at("/destination/repository/full_name")))
                .map(BitbucketPulls::request)
                .toList();
    }

    private static PullRequest request(JsonNode json) {
        return Answers.ofBitbucket(
                json,
                json.at("/destination/branch/name").asText(),
                json.at("/links/html/href").asText());
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
                                "source",
                                Map.of("branch", Map.of("name", head)),
                                "destination",
                                Map.of("branch", Map.of("name", base)),
                                "close_source_branch",
                                true))
                .at("/links/html/href")
                .asText();
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        say(request, draft.title(), draft.body());
    }

    private void say(PullRequest request, String title, String body) {
        api.send("PUT", requests + "/" + request.id(), Map.of("title", title, "description", body));
    }

    @Override
    public void close(PullRequest request, String body) {
        say(request, request.title(), body);
        api.send("POST", "%s/%s/decline".formatted(requests, request.id()), Map.of());
    }

    @Override
    public void close() {
        api.close();
    }
}
