package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.CountingGitHost;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An Application is rolled back by a commit, so that automated sync brings it back and keeps it
/// there.
@ExtendWith(SharedTiphys.class)
class GitRollbackIT {

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s, namespace: default}
            data: {value: "%s"}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;

    GitRollbackIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName("undone").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/undone").statusCode() != 200);
        for (var name : new String[] {"undone", "undone-more"}) {
            tiphys.cluster().configMaps().inNamespace("default").withName(name).delete();
        }
        clone.update().deleteAll("undone").push("Remove it");
    }

    @Test
    void a_deployment_of_the_history_comes_back_by_a_commit() throws Exception {
        // Given
        var first = push("1");
        create("main");
        tiphys.awaitSynced("undone", first);
        clone.write("undone-beside.txt", "beside\n")
                .write("undone/more.yaml", MAP.formatted("undone-more", "1"));
        var second = push("2");
        tiphys.awaitSynced("undone", second);

        // When
        var answer = rollback("{\"id\": \"0\", \"git\": true}");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var commit = clone.tip();
        assertThat(Tiphys.json(answer.body()).path("commit").asText()).isEqualTo(commit);
        assertThat(Tiphys.json(answer.body()).path("branch").asText()).isEqualTo("main");
        assertThat(clone.commits(second, commit)).containsExactly(commit);
        var expected = new TreeMap<>(clone.files(second));
        expected.keySet().removeIf(it -> it.contains(" undone/"));
        clone.files(first).entrySet().stream()
                .filter(it -> it.getKey().contains(" undone/"))
                .forEach(it -> expected.put(it.getKey(), it.getValue()));
        assertThat(clone.files(commit)).isEqualTo(expected);
        assertThat(clone.message(commit))
                .startsWith("Roll argocd/undone back to deployment 0\n")
                .contains("undone/ is what it was at " + first);

        tiphys.awaitSynced("undone", commit);
        assertThat(map("undone")).isEqualTo("1");
        eventually().until(() -> map("undone-more").isEmpty());
        assertThat(tiphys.application("undone").at("/status/history"))
                .extracting(it -> it.path("revision").asText())
                .containsExactly(first, second, commit);

        // There is nothing left to do.
        var again = rollback("{\"id\": 0, \"git\": true}");
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(message(again)).startsWith("There is nothing to roll back: main of ");
        assertThat(clone.tip()).isEqualTo(commit);
    }

    @Test
    void what_may_not_be_pushed_is_told_and_the_application_stays_as_it_is() throws Exception {
        var address = URI.create(tiphys.endpoint("sampleRepository"));
        try (var host = CountingGitHost.of(address)) {
            // Given
            var first = push("1");
            create(host.url(), "main");
            tiphys.awaitSynced("undone", first);
            var second = push("2");
            tiphys.get("/api/v1/applications/undone?refresh=normal");
            tiphys.awaitSynced("undone", second);
            host.refusePushes(403);

            // When
            var answer = rollback("{\"id\": \"0\", \"git\": true}");

            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(message(answer)).contains(host.url()).contains("cannot be written");
            assertThat(clone.tip()).isEqualTo(second);
            assertThat(map("undone")).isEqualTo("2");

            // When
            host.refusePushes(0);

            // Then
            assertThat(rollback("{\"id\": \"0\", \"git\": true}").statusCode()).isEqualTo(200);
            tiphys.awaitSynced("undone", clone.tip());
            assertThat(map("undone")).isEqualTo("1");
        }
    }

    @Test
    void what_follows_a_tag_is_not_rolled_back_by_a_commit() throws Exception {
        // Given
        var first = push("1");
        clone.pushTag("undone-tag");
        create("undone-tag");
        tiphys.awaitSynced("undone", first);
        var tip = push("2");

        // When
        var answer = rollback("{\"id\": 0, \"git\": true}");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(message(answer)).contains("'undone-tag' of ").endsWith("it is no branch");
        assertThat(clone.tip()).isEqualTo(tip);
    }

    @Test
    void what_is_not_in_the_history_or_is_only_to_be_tried_is_refused() throws Exception {
        var commit = push("1");
        create("main");
        tiphys.awaitSynced("undone", commit);

        assertThat(message(rollback("{\"id\": 7, \"git\": true}")))
                .isEqualTo("application argocd/undone does not have deployment with id 7");
        assertThat(message(rollback("{\"id\": 0, \"git\": true, \"dryRun\": true}")))
                .isEqualTo("There is no dry run of a commit");
        assertThat(clone.tip()).isEqualTo(commit);
    }

    private String push(String value) throws Exception {
        return clone.write("undone/map.yaml", MAP.formatted("undone", value)).push("To " + value);
    }

    private void create(String revision) {
        create("@SAMPLE@", revision);
    }

    private void create(String url, String revision) {
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: {name: undone, namespace: argocd}
                spec:
                  project: default
                  source: {repoURL: "%s", targetRevision: %s, path: undone}
                  destination: {server: "https://kubernetes.default.svc", namespace: default}
                  syncPolicy: {automated: {prune: true, selfHeal: true}}
                """
                        .formatted(url, revision));
    }

    private HttpResponse<String> rollback(String body) {
        return tiphys.post(
                "/api/v1/applications/undone/rollback",
                body.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
    }

    private static String message(HttpResponse<String> answer) {
        return Tiphys.json(answer.body()).path("message").asText();
    }

    private String map(String name) {
        var found = tiphys.cluster().configMaps().inNamespace("default").withName(name).get();
        return found == null ? "" : found.getData().get("value");
    }
}
