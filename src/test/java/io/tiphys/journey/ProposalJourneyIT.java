package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.support.Deliveries;
import io.tiphys.support.Installed;
import io.tiphys.support.SampleClone;
import io.tiphys.support.ScriptedApi;
import io.tiphys.support.ScriptedApi.Answer;
import io.tiphys.support.ScriptedApi.Asked;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A new tag is proposed by one merge request, which goes with newer tags until people decide.
@ExtendWith(SharedTiphys.class)
class ProposalJourneyIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: proposed
              namespace: argocd
              annotations:
                argocd-image-updater.argoproj.io/image-list: app=registry.local/team/proposed:1.x
                argocd-image-updater.argoproj.io/write-back-method: git
                argocd-image-updater.argoproj.io/write-back-target: helmvalues
                argocd-image-updater.argoproj.io/git-branch: "main:tags/{{ .AppName }}"
                tiphys.io/pull-request: gitlab
                tiphys.io/pull-request-api: "@API@/api/v4"
                tiphys.io/pull-request-labels: images
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: proposed}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String BRANCH = "tags/proposed";
    private static final String FILE = "proposed/values.yaml";
    private static final String VALUES = "image: {tag: %s} # by the registry\n";

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private final GitLab gitLab = new GitLab();

    /// As much of GitLab as has merge requests.
    private static final class GitLab implements AutoCloseable {

        private final ScriptedApi api = ScriptedApi.start(this::answer);
        private final List<Map<String, Object>> requests = new ArrayList<>();

        private synchronized Answer answer(Asked asked) {
            if (!"canary".equals(asked.headers().get("private-token"))) {
                return Answer.json(401, Map.of("message", "401 Unauthorized"));
            }
            var words = asked.what().split("[ ?]");
            return switch (words[0]) {
                case "GET" -> Answer.json(200, requests.reversed());
                case "POST" -> Answer.json(201, open(asked.body()));
                case "PUT" -> Answer.json(200, change(words[1], asked.body()));
                default -> Answer.json(405, Map.of());
            };
        }

        private Map<String, Object> open(JsonNode body) {
            var request = new HashMap<String, Object>();
            request.put("iid", requests.size() + 1);
            request.put("state", "opened");
            request.put("source_project_id", 1);
            request.put("target_project_id", 1);
            request.put("source_branch", body.path("source_branch").asText());
            request.put("target_branch", body.path("target_branch").asText());
            request.put("title", body.path("title").asText());
            request.put("description", body.path("description").asText());
            request.put("labels", List.of(body.path("labels").asText()));
            request.put("web_url", api.url() + "/" + (requests.size() + 1));
            requests.add(request);
            return request;
        }

        private Map<String, Object> change(String path, JsonNode body) {
            var request =
                    requests.get(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) - 1);
            for (var field : List.of("title", "description")) {
                if (body.has(field)) {
                    request.put(field, body.path(field).asText());
                }
            }
            if (body.path("state_event").asText().equals("close")) {
                request.put("state", "closed");
            }
            return request;
        }

        /// As people do it.
        synchronized void decide(String state) {
            requests.getLast().put("state", state);
        }

        /// All that there were, the last one last.
        synchronized List<String> states() {
            return requests.stream().map(it -> String.valueOf(it.get("state"))).toList();
        }

        synchronized String last(String field) {
            return String.valueOf(requests.getLast().get(field));
        }

        @Override
        public void close() {
            api.close();
        }
    }

    ProposalJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
    }

    @BeforeAll
    static void needTools() {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
    }

    @AfterEach
    void remove() throws Exception {
        gitLab.close();
        tiphys.applications().withName("proposed").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/proposed").statusCode() != 200);
        tiphys.cluster().secrets().inNamespace("argocd").withName("proposing").delete();
        clone.update().deleteAll("proposed").push("Remove it");
    }

    @Test
    void a_tag_is_proposed_and_goes_with_newer_ones_until_people_decide() throws Exception {
        // Given
        clone.update()
                .write("proposed/Chart.yaml", "{apiVersion: v2, name: p, version: 1.0.0}\n")
                .write(FILE, VALUES.formatted("1.0.0"))
                .push("Something with a tag");
        tiphys.repositorySecret(
                "proposing",
                Map.of(
                        "url",
                        tiphys.endpoint("sampleRepository"),
                        "username",
                        "bot",
                        "password",
                        "canary"));
        tiphys.create(APPLICATION.replace("@API@", gitLab.api.url().toString()));
        var before = clone.tip();
        tiphys.awaitSynced("proposed", before);

        // A tag is proposed, and the branch that is followed stays.
        notify("1.1.0");
        awaitProposed("1.1.0", "opened");
        assertThat(clone.tip()).isEqualTo(before);
        assertThat(gitLab.last("title")).isEqualTo("build: automatic update of proposed");
        assertThat(gitLab.last("target_branch")).isEqualTo("main");
        assertThat(gitLab.last("labels")).isEqualTo("[images]");

        // A newer one takes its place, in the same request.
        notify("1.2.0");
        awaitProposed("1.2.0", "opened");
        assertThat(gitLab.last("description")).contains("tag '1.0.0' to '1.2.0'");
        assertThat(clone.tip()).isEqualTo(before);

        // Once it is merged nothing is left of it.
        var merged = decide("1.2.0", "merged");
        notify("1.1.5");
        awaitGone("merged");
        tiphys.awaitSynced("proposed", merged);

        // What the branch gets by another way needs no request any more.
        notify("1.3.0");
        awaitProposed("1.3.0", "merged", "opened");
        decide("1.4.0", "opened");
        notify("1.3.5");
        awaitGone("merged", "closed");
        assertThat(gitLab.last("description")).contains("Closed, as nothing of it is left");

        // What people close stays closed until there is a newer tag.
        notify("1.5.0");
        awaitProposed("1.5.0", "merged", "closed", "opened");
        gitLab.decide("closed");
        int asked = gitLab.api.asked().size();
        notify("1.4.5");
        eventually().until(() -> gitLab.api.asked().size() > asked);
        notify("1.6.0");
        awaitProposed("1.6.0", "merged", "closed", "closed", "opened");
        assertThat(gitLab.api.asked())
                .extracting(Asked::what)
                .filteredOn(it -> it.startsWith("POST"))
                .hasSize(4);
        assertThat(tiphys.log()).doesNotContain("canary");
    }

    private void notify(String tag) {
        assertThat(deliveries.imagePushed("team/proposed", tag).statusCode()).isEqualTo(202);
    }

    /// @param states of all requests
    private void awaitProposed(String tag, String... states) {
        eventually()
                .untilAsserted(
                        () -> {
                            assertThat(gitLab.states()).containsExactly(states);
                            assertThat(gitLab.last("description"))
                                    .endsWith("- `registry.local/team/proposed:%s`".formatted(tag));
                            assertThat(clone.read(BRANCH, FILE)).isEqualTo(VALUES.formatted(tag));
                        });
    }

    private void awaitGone(String... states) {
        eventually()
                .untilAsserted(
                        () -> {
                            assertThat(gitLab.states()).containsExactly(states);
                            assertThat(clone.branches()).doesNotContain(BRANCH);
                        });
    }

    /// Puts a tag into the branch that is followed.
    private String decide(String tag, String state) throws Exception {
        var commit = clone.update().write(FILE, VALUES.formatted(tag)).push("Take " + tag);
        gitLab.decide(state);
        return commit;
    }
}
