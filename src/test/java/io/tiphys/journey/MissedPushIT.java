package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.EventLog;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deliveries get lost. What they would have told is found by asking, once a repository.
class MissedPushIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: %1$s
              namespace: argocd
              annotations: {argocd.argoproj.io/manifest-generate-paths: .}
            spec:
              project: default
              source: {repoURL: "%3$s", path: %2$s, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    @Test
    void a_push_whose_delivery_was_lost_reaches_the_cluster_and_nobody_else(@TempDir Path data)
            throws Exception {
        try (var tiphys = Tiphys.start(data, "tiphys.repo.poll=1s", "tiphys.application.sweep=1h");
                var clone = tiphys.cloneSample();
                var host = CountingGitHost.of(URI.create(tiphys.endpoint("sampleRepository")))) {
            // Given
            var start =
                    clone.write("one/map.yaml", map("one", 0))
                            .write("two/map.yaml", map("two", 0))
                            .push("Two folders");
            tiphys.create(APPLICATION.formatted("one", "one", host.url()));
            tiphys.create(APPLICATION.formatted("two", "two", host.url()));
            tiphys.awaitSynced("one", start);
            tiphys.awaitSynced("two", start);

            // When
            var commit = clone.write("one/map.yaml", map("one", 1)).push("Change one");

            // Then
            tiphys.awaitSynced("one", commit);
            assertThat(
                            tiphys.cluster()
                                    .configMaps()
                                    .inNamespace("default")
                                    .withName("missed-one")
                                    .get()
                                    .getData())
                    .containsEntry("value", "1");
            var push =
                    records(tiphys, "tiphys.git-events").stream()
                            .filter(it -> it.contains("\"provider\":\"poll\""))
                            // The sample's own address is asked as well.
                            .filter(it -> it.contains(RepositoryUrl.canonical(host.url())))
                            .filter(it -> it.contains("\"after\":\"" + commit + "\""))
                            .toList();
            assertThat(push)
                    .singleElement()
                    .asString()
                    .contains("\"before\":\"" + start + "\"", "\"ref\":\"refs/heads/main\"");
            var id = json(push.getFirst()).path("id").asText();
            assertThat(records(tiphys, "tiphys.commands").stream().filter(it -> it.contains(id)))
                    .singleElement()
                    .asString()
                    .contains("\"name\":\"one\"");
            assertThat(tiphys.get("/metrics").body())
                    .contains("tiphys_repo_polls_total{result=\"moved\"}")
                    .contains("argocd_git_request_total{repo=\"" + host.url() + "\"");
        }
    }

    @Test
    void the_sweep_of_many_applications_asks_the_git_host_for_nothing(@TempDir Path data)
            throws Exception {
        int applications = 20;
        try (var tiphys =
                        // It is asked for the first time at any moment of that year.
                        Tiphys.start(data, "tiphys.repo.poll=365d", "tiphys.application.sweep=1s");
                var clone = tiphys.cloneSample();
                var host = CountingGitHost.of(URI.create(tiphys.endpoint("sampleRepository")))) {
            // Given
            for (int i = 0; i < applications; i++) {
                clone.write("many-" + i + "/map.yaml", map("many-" + i, 0));
            }
            var commit = clone.push("Many folders");
            for (int i = 0; i < applications; i++) {
                tiphys.create(APPLICATION.formatted("many-" + i, "many-" + i, host.url()));
            }
            for (int i = 0; i < applications; i++) {
                tiphys.awaitSynced("many-" + i, commit);
            }
            var exchanges = host.exchanges();

            // When
            for (int i = 0; i < applications; i++) {
                forgetStatus(tiphys, "many-" + i);
            }

            // Then
            for (int i = 0; i < applications; i++) {
                var application = tiphys.applications().withName("many-" + i);
                eventually()
                        .until(
                                () ->
                                        "Synced"
                                                .equals(
                                                        application
                                                                .get()
                                                                .get("status", "sync", "status")));
            }
            assertThat(host.exchanges()).isEqualTo(exchanges);
        }
    }

    /// Nobody but the sweep looks at what a status says.
    private static void forgetStatus(Tiphys tiphys, String application) {
        tiphys.patch(
                application,
                """
                {"status": {"sync": {"status": "Unknown"}}}
                """);
    }

    private static List<String> records(Tiphys tiphys, String topic) {
        return new EventLog(tiphys)
                .records(topic).stream()
                        .map(it -> new String(it.value(), StandardCharsets.UTF_8))
                        .toList();
    }

    private static String map(String name, int value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: missed-%s}
        data: {value: "%d"}
        """
                .formatted(name, value);
    }
}
