package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.tiphys.support.Bare;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.GitHost;
import io.tiphys.support.Installed;
import io.tiphys.support.LfsBatch;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A chart that is a private submodule, with values that are kept by Git LFS. Skipped where there
/// is no Helm on the PATH; CI sees to it that there is.
class SubmoduleJourneyIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: motd, namespace: argocd}
            spec:
              project: blue
              source:
                repoURL: "%s"
                path: vendor/charts/motd
                targetRevision: main
                helm: {valueFiles: [/values/prod.yaml]}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    @Test
    void a_private_submodule_and_large_files_reach_the_cluster(
            @TempDir Path data, @TempDir Path repositories) throws Exception {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        try (var host = GitHost.start(repositories);
                var app = Bare.create(repositories.resolve("app.git"));
                var charts = Bare.create(repositories.resolve("charts.git"));
                var guarded = CountingGitHost.of(URI.create(host.address("charts.git")));
                var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=1s", "tiphys.application.sweep=24h")) {
            // Given
            var large = new LfsBatch();
            host.leave("/app.git/info/lfs/objects/batch", large);
            large.want("Basic " + base64("ada:canary-app"));
            guarded.want("Basic " + base64("ada:canary-charts"));
            secret(
                    tiphys,
                    "app",
                    Map.of(
                            "url", host.address("app.git"),
                            "username", "ada",
                            "password", "canary-app",
                            "enableLfs", "true",
                            "depth", "1"));
            charts.with("motd/Chart.yaml", "{apiVersion: v2, name: motd, version: 1.0.0}")
                    .with("motd/templates/map.yaml", map("first"));
            app.withSubmodule("vendor/charts", guarded.url(), charts.commit())
                    .with("values/prod.yaml", large.has("text: blue\n".getBytes(UTF_8)))
                    .commit();

            tiphys.createProject("blue");

            // When
            tiphys.create(APPLICATION.formatted(host.address("app.git")));

            // Then
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    tiphys.application("motd")
                                                            .at("/status/conditions/0/message")
                                                            .asText())
                                            .contains("The submodule 'vendor/charts' of ")
                                            .contains("it asks for credentials"));

            // When
            secret(
                    tiphys,
                    "charts",
                    Map.of(
                            "url",
                            guarded.url(),
                            "username",
                            "ada",
                            "password",
                            "canary-charts",
                            "project",
                            "blue"));

            // Then
            awaitMap(tiphys, "first", "blue");

            // When
            var newer = charts.with("motd/templates/map.yaml", map("second")).commit();
            var moved =
                    app.withGitlink("vendor/charts", newer)
                            .with("values/prod.yaml", large.has("text: green\n".getBytes(UTF_8)))
                            .commit();

            // Then
            awaitMap(tiphys, "second", "green");
            tiphys.awaitSynced("motd", moved);
            assertThat(tiphys.log()).doesNotContain("canary");
            tiphys.assertNoTroubleInLog();
        }
    }

    private static void awaitMap(Tiphys tiphys, String chart, String text) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.cluster()
                                                        .configMaps()
                                                        .inNamespace("default")
                                                        .withName("motd")
                                                        .get())
                                        .isNotNull()
                                        .extracting(it -> it.getData())
                                        .isEqualTo(Map.of("chart", chart, "text", text)));
    }

    private static String map(String chart) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: motd}
        data: {chart: %s, text: "{{ .Values.text }}"}
        """
                .formatted(chart);
    }

    private static void secret(Tiphys tiphys, String name, Map<String, String> fields) {
        var secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("argocd")
                        .addToLabels("argocd.argoproj.io/secret-type", "repository")
                        .endMetadata();
        fields.forEach((key, value) -> secret.addToData(key, base64(value)));
        tiphys.cluster().resource(secret.build()).serverSideApply();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
