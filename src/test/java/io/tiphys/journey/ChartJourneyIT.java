package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tiphys.support.ChartHost;
import io.tiphys.support.Installed;
import io.tiphys.support.OciRegistry;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.TarGz;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Charts that lie in no Git repository reach the cluster, and so do their newer versions. Skipped
/// where the programs for it are not on the PATH; CI sees to it that they are.
@ExtendWith(SharedTiphys.class)
class ChartJourneyIT {

    private static final String NAME = "from-a-chart";

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: from-a-chart, namespace: argocd}
            spec:
              project: default
              source: {%s}
              destination: {server: https://kubernetes.default.svc, namespace: default}
              syncPolicy: {automated: {}}
            """;

    private final Tiphys tiphys;

    ChartJourneyIT(Tiphys tiphys) {
        this.tiphys = tiphys;
    }

    @AfterEach
    void remove() {
        tiphys.applications().withName(NAME).delete();
        map().delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/" + NAME).statusCode() != 200);
    }

    @Test
    void a_newer_chart_of_a_repository_is_found_by_a_refresh() throws Exception {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        try (var host = ChartHost.start()) {
            host.chart("motd", "1.0.0", chart("1.0.0", "first"));
            host.chart("motd", "2.0.0", chart("2.0.0", "too new"));
            tiphys.create(
                    APPLICATION.formatted(
                            "repoURL: \"%s\", chart: motd, targetRevision: 1.x"
                                    .formatted(host.url())));
            var status = tiphys.awaitSynced(NAME, "1.0.0").path("status");
            assertThat(status.path("sourceType").asText()).isEqualTo("Helm");
            assertThat(map().get().getData()).containsEntry("text", "first");

            host.chart("motd", "1.1.0", chart("1.1.0", "second"));
            tiphys.refresh(NAME, "normal");

            tiphys.awaitSynced(NAME, "1.1.0");
            assertThat(map().get().getData()).containsEntry("text", "second");
        }
    }

    @Test
    void a_chart_of_a_registry_is_read_with_the_password_of_its_secret(@TempDir Path folder)
            throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder)) {
            registry.push(chart("1.0.0", "first"), "team");
            tiphys.create(
                    APPLICATION.formatted(
                            "repoURL: \"%s/team\", chart: motd, targetRevision: ^1.0.0"
                                    .formatted(registry.host())));
            awaitCondition("cannot be read");
            var secret = secret(registry);
            try {
                tiphys.awaitSynced(NAME, "1.0.0");
                assertThat(map().get().getData()).containsEntry("text", "first");

                registry.push(chart("1.1.0", "second"), "team");
                tiphys.refresh(NAME, "normal");

                tiphys.awaitSynced(NAME, "1.1.0");
                assertThat(map().get().getData()).containsEntry("text", "second");
                assertThat(tiphys.application(NAME).toString())
                        .doesNotContain(OciRegistry.PASSWORD);
            } finally {
                tiphys.cluster().resource(secret).delete();
            }
        }
    }

    @Test
    void a_chart_that_is_pushed_reaches_the_cluster_without_being_asked_for(@TempDir Path folder)
            throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder, tiphys)) {
            registry.push(chart("1.0.0", "first"), "team");
            var secret = secret(registry);
            try {
                tiphys.create(
                        APPLICATION.formatted(
                                "repoURL: \"%s/team\", chart: motd, targetRevision: 1.x"
                                        .formatted(registry.host())));
                tiphys.awaitSynced(NAME, "1.0.0");

                registry.push(chart("2.0.0", "not followed"), "team");
                registry.push(chart("1.1.0", "second"), "team");

                tiphys.awaitSynced(NAME, "1.1.0");
                assertThat(map().get().getData()).containsEntry("text", "second");
            } finally {
                tiphys.cluster().resource(secret).delete();
            }
        }
    }

    @Test
    void an_artefact_of_a_registry_is_at_its_digest(@TempDir Path folder) throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder)) {
            registry.push(chart("1.0.0", "whole"), "team");
            var secret = secret(registry);
            try {
                tiphys.create(
                        APPLICATION.formatted(
                                "repoURL: \"oci://%s/team/motd\", path: ., targetRevision: 1.0.0"
                                        .formatted(registry.host())));

                eventually()
                        .until(
                                () ->
                                        tiphys.application(NAME)
                                                .at("/status/sync/revision")
                                                .asText()
                                                .matches("sha256:[0-9a-f]{64}"));
                eventually().until(() -> map().get() != null);
                assertThat(map().get().getData()).containsEntry("text", "whole");
            } finally {
                tiphys.cluster().resource(secret).delete();
            }
        }
    }

    @Test
    void a_chart_that_a_chart_depends_on_is_read_with_a_secret_of_its_own(@TempDir Path folder)
            throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder);
                var host = ChartHost.start()) {
            registry.push(chart("1.4.0", "of the dependency"), "team");
            var secret = secret(registry);
            var declaration =
                    "{apiVersion: v2, name: app, version: 1.0.0, dependencies: [{name: motd,"
                            + " version: 1.x, repository: 'oci://%s/team'}]}";
            host.chart(
                    "app",
                    "1.0.0",
                    new TarGz()
                            .with("app/Chart.yaml", declaration.formatted(registry.host()))
                            .with("app/values.yaml", "motd: {text: of the chart}")
                            .bytes());
            try {
                tiphys.create(
                        APPLICATION.formatted("repoURL: \"%s\", chart: app".formatted(host.url())));

                tiphys.awaitSynced(NAME, "1.0.0");
                assertThat(map().get().getData()).containsEntry("text", "of the chart");
            } finally {
                tiphys.cluster().resource(secret).delete();
            }
        }
    }

    /// A Secret for all repositories of the registry.
    private Secret secret(OciRegistry registry) {
        return tiphys.cluster()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName("registry")
                                .withNamespace("argocd")
                                .addToLabels("argocd.argoproj.io/secret-type", "repo-creds")
                                .endMetadata()
                                .addToData("url", base64("oci://" + registry.host()))
                                .addToData("type", base64("oci"))
                                .addToData("username", base64(OciRegistry.USER))
                                .addToData("password", base64(OciRegistry.PASSWORD))
                                .addToData("insecureOCIForceHttp", base64("true"))
                                .build())
                .serverSideApply();
    }

    /// Without its Secret the registry is asked over TLS, which it does not speak.
    private void awaitCondition(String words) {
        eventually()
                .until(
                        () -> tiphys.application(NAME).at("/status/conditions/0").toString(),
                        it -> it.contains("ComparisonError") && it.contains(words));
    }

    private static byte[] chart(String version, String text) {
        return new TarGz()
                .with(
                        "motd/Chart.yaml",
                        "{apiVersion: v2, name: motd, version: %s}".formatted(version))
                .with("motd/values.yaml", "text: " + text)
                .with(
                        "motd/templates/map.yaml",
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: from-a-chart}
                        data: {text: "{{ .Values.text }}"}
                        """)
                .bytes();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private Resource<ConfigMap> map() {
        return tiphys.cluster().configMaps().inNamespace("default").withName(NAME);
    }
}
