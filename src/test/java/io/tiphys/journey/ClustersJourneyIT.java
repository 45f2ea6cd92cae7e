package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.dev.sandbox.access.User;
import io.tiphys.support.FaultyLink;
import io.tiphys.support.FaultyLink.Way;
import io.tiphys.support.Tiphys;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An Application on another cluster, which a Secret tells of, and what becomes of it and of its
/// neighbours when that cluster is out of reach. No sweep helps.
class ClustersJourneyIT {

    private static final String TOKEN = "canary-token";

    @Test
    void a_cluster_out_of_reach_harms_only_its_own_applications_and_they_recover(@TempDir Path data)
            throws Exception {
        var vertx = Vertx.vertx();
        try (var other =
                        Sandbox.start(
                                vertx,
                                SandboxSettings.inMemory()
                                        .withTokens(
                                                Map.of(TOKEN, User.of("tiphys", User.MASTERS))));
                var link = FaultyLink.to(other.uri());
                var there = client(other);
                var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var sample = tiphys.cloneSample()) {
            // Given
            tiphys.create(APPLICATION);
            awaitCondition(tiphys, "InvalidSpecError", "there are no clusters with this name: far");
            secret(tiphys, link.url());

            // Then
            tiphys.awaitSynced("far", sample.tip());
            assertThat(replicas(there)).isEqualTo(1);
            assertThat(tiphys.cluster().namespaces().withName("far").get()).isNull();
            assertThat(cluster(tiphys, link.url())).contains("\"Successful\"", "\"far\"");
            assertThat(cluster(tiphys, link.url())).doesNotContain(TOKEN);

            // When
            there.apps().deployments().inNamespace("far").withName("guestbook").scale(7);

            // Then
            eventually().until(() -> replicas(there) == 1);

            for (var bad : List.of(Way.CLOSED, Way.FAILING, Way.SILENT)) {
                // When
                link.be(bad);

                // Then
                awaitCondition(tiphys, "ComparisonError", "The cluster far (");
                assertThat(status(tiphys, "sync")).isEqualTo("Unknown");
                assertThat(status(tiphys, "health")).isEqualTo("Unknown");
                assertThat(cluster(tiphys, link.url())).contains("\"Failed\"");

                // When
                tiphys.cluster()
                        .apps()
                        .deployments()
                        .inNamespace("guestbook")
                        .withName("guestbook")
                        .delete();

                // Then
                eventually()
                        .until(
                                () ->
                                        tiphys.cluster()
                                                        .apps()
                                                        .deployments()
                                                        .inNamespace("guestbook")
                                                        .withName("guestbook")
                                                        .get()
                                                != null);

                // When
                there.apps().deployments().inNamespace("far").withName("guestbook").scale(5);
                link.be(Way.GOOD);

                // Then
                tiphys.awaitSynced("far", sample.tip());
                eventually().until(() -> replicas(there) == 1);
                assertThat(tiphys.application("far").at("/status/conditions").toString())
                        .doesNotContain("ComparisonError");
            }
            assertThat(tiphys.log()).doesNotContain(TOKEN);
            assertThat(tiphys.get("/metrics").body())
                    .contains("argocd_cluster_connection_status{server=\"" + link.url());

            // When
            tiphys.cluster().secrets().inNamespace("argocd").withName("far").delete();

            // Then
            awaitCondition(tiphys, "InvalidSpecError", "there are no clusters with this name: far");
            tiphys.assertNoTroubleInLog();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void what_is_to_go_from_a_cluster_out_of_reach_goes_when_that_is_back(@TempDir Path data)
            throws Exception {
        var vertx = Vertx.vertx();
        try (var other =
                        Sandbox.start(
                                vertx,
                                SandboxSettings.inMemory()
                                        .withTokens(
                                                Map.of(TOKEN, User.of("tiphys", User.MASTERS))));
                var link = FaultyLink.to(other.uri());
                var there = client(other);
                var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var sample = tiphys.cloneSample()) {
            // Given
            secret(tiphys, link.url());
            tiphys.create(
                    APPLICATION.replace(
                            "namespace: argocd}",
                            "namespace: argocd,"
                                    + " finalizers: [resources-finalizer.argocd.argoproj.io]}"));
            tiphys.awaitSynced("far", sample.tip());
            link.be(Way.CLOSED);
            awaitCondition(tiphys, "ComparisonError", "The cluster far (");

            // When
            tiphys.applications().withName("far").delete();

            // Then
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    tiphys.application("far")
                                                            .at("/status/conditions")
                                                            .toString())
                                            .contains("DeletionError", "The cluster far ("));
            assertThat(replicas(there)).isEqualTo(1);

            // When
            link.be(Way.GOOD);

            // Then
            eventually().until(() -> tiphys.applications().withName("far").get() == null);
            assertThat(replicas(there)).isEqualTo(-1);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: far, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: guestbook}
              destination: {name: far, namespace: far}
              syncPolicy:
                automated: {selfHeal: true}
                syncOptions: [CreateNamespace=true]
            """;

    private static void secret(Tiphys tiphys, String server) {
        tiphys.cluster()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName("far")
                                .withNamespace("argocd")
                                .addToLabels("argocd.argoproj.io/secret-type", "cluster")
                                .endMetadata()
                                .addToStringData("name", "far")
                                .addToStringData("server", server)
                                .addToStringData(
                                        "config", "{\"bearerToken\": \"%s\"}".formatted(TOKEN))
                                .build())
                .create();
    }

    private static void awaitCondition(Tiphys tiphys, String type, String words) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.application("far")
                                                        .at("/status/conditions/0")
                                                        .toString())
                                        .contains(type, words));
    }

    private static String status(Tiphys tiphys, String of) {
        return tiphys.application("far").at("/status/%s/status".formatted(of)).asText();
    }

    private static String cluster(Tiphys tiphys, String server) {
        var answer =
                tiphys.get("/api/v1/clusters/" + URLEncoder.encode(server, StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static int replicas(KubernetesClient cluster) {
        var found = cluster.apps().deployments().inNamespace("far").withName("guestbook").get();
        return found == null ? -1 : found.getSpec().getReplicas();
    }

    private static KubernetesClient client(Sandbox sandbox) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(sandbox.kubeconfig()))
                .build();
    }
}
