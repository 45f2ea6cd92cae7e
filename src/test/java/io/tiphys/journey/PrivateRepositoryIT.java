package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repository that shows itself to those alone who have its password.
class PrivateRepositoryIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: %2$s
              source: {repoURL: "%3$s", path: private, targetRevision: %4$s}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: private}
            """;

    @Test
    void a_mended_secret_mends_the_applications_of_its_project_at_once(@TempDir Path data)
            throws Exception {
        try (var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var clone = tiphys.cloneSample();
                var host = CountingGitHost.of(URI.create(tiphys.endpoint("sampleRepository")))) {
            // Given
            var commit = clone.write("private/map.yaml", MAP).push("A private folder");
            host.want("Basic " + base64("ada:canary-right"));
            secret(tiphys, host.url(), "canary-wrong");
            tiphys.createProject("blue");
            tiphys.createProject("red");
            tiphys.create(APPLICATION.formatted("blue", "blue", host.url(), "main"));
            tiphys.create(APPLICATION.formatted("red", "red", host.url(), commit));
            tiphys.awaitComparisonError(
                    "blue",
                    "does not accept the credentials of the Secret private, which may be wrong or"
                            + " expired");
            tiphys.awaitComparisonError("red", "it asks for credentials, and there are none");

            // When
            secret(tiphys, host.url(), "canary-right");

            // Then
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    tiphys.application("blue")
                                                            .at("/status/sync/revision")
                                                            .asText())
                                            .isEqualTo(commit));
            assertThat(tiphys.application("blue").at("/status/conditions").isEmpty()).isTrue();
            // The commit lies here now, and is none of the other project's.
            tiphys.get("/api/v1/applications/red?refresh=hard");
            assertThat(tiphys.application("red").at("/status/sync/status").asText())
                    .isEqualTo("Unknown");
            assertThat(tiphys.log()).doesNotContain("canary");
            assertThat(tiphys.application("red").toString()).doesNotContain("canary");
            tiphys.assertNoTroubleInLog();
        }
    }

    private static void secret(Tiphys tiphys, String url, String password) {
        tiphys.repositorySecret(
                "private",
                Map.of("url", url, "project", "blue", "username", "ada", "password", password));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
