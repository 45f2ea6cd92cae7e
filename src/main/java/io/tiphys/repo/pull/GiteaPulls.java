package io.tiphys.repo.pull;

import static io.tiphys.repo.pull.Answers.each;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.repo.host.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Pull requests of Gitea and of Forgejo, by version 1 of their API. It finds none by its branch,
/// so all that are open are looked through, and of the others those that were touched last.
final class GiteaPulls implements PullRequestHost {

    /// As many as it gives, unless it was told otherwise.
    private static final int PAGE = 50;

    private static final int MOST_PAGES = 20;

    private static final int NOT_YET = 405;
    private static final int ASKED_BEFORE = 409;

    private final Api api;
    private final GitHubDialect dialect;

    GiteaPulls(Api api, String path) {
        this.api = api;
        dialect = new GitHubDialect(api, path);
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
                "%s?state=%s&sort=recentupdate&page=%d&limit=%d"
                        .formatted(dialect.requests(), state, page, PAGE));
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
        return GitHubDialect.request(json, json.path("merged").asBoolean(), false);
    }

    @Override
    public String open(String head, String base, PullRequestDraft draft) {
        var opened = dialect.open(head, base, draft);
        if (draft.merges()) {
            merge(opened.path("number").asText());
        }
        return opened.path("html_url").asText();
    }

    @Override
    public void update(PullRequest request, PullRequestDraft draft) {
        dialect.update(request, draft);
        if (draft.merges()) {
            merge(request.id());
        }
    }

    private void merge(String number) {
        var answer =
                api.ask(
                        "POST",
                        "%s/%s/merge".formatted(dialect.requests(), number),
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
        dialect.close(request, body);
    }

    @Override
    public void close() {
        api.close();
    }
}
