package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tiphys.support.Deliveries;
import io.tiphys.support.OciRegistry;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Images are kept current by a resource beside the Applications, which say nothing themselves.
@ExtendWith(SharedTiphys.class)
class ImageUpdaterIT {

    private static final ResourceDefinitionContext KIND =
            new ResourceDefinitionContext.Builder()
                    .withGroup("argocd-image-updater.argoproj.io")
                    .withVersion("v1alpha1")
                    .withKind("ImageUpdater")
                    .withPlural("imageupdaters")
                    .withNamespaced(true)
                    .build();

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: kept, namespace: argocd, labels: {tier: web}}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: kept}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String UPDATER =
            """
            apiVersion: argocd-image-updater.argoproj.io/v1alpha1
            kind: ImageUpdater
            metadata: {name: %s, namespace: argocd}
            spec:
              writeBackConfig: {method: git, gitConfig: {writeBackTarget: manifests}}
              applicationRefs:
              - namePattern: "%s"
                images: [{alias: web, imageName: "registry.local/team/kept%s"}]
            """;

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: kept}
            spec:
              replicas: 0
              selector: {matchLabels: {app: kept}}
              template:
                metadata: {labels: {app: kept}}
                spec:
                  containers:
                  - name: web # ours
                    image: registry.local/team/kept:1.0.0 # by the registry
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private final String before;

    ImageUpdaterIT(Tiphys tiphys, SampleClone clone) throws Exception {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
        before = clone.write("kept/deployment.yaml", DEPLOYMENT).push("What is kept");
        tiphys.create(APPLICATION);
        tiphys.awaitSynced("kept", before);
    }

    @AfterEach
    void remove() throws Exception {
        for (var name : List.of("all", "kept", "wrong")) {
            tiphys.cluster()
                    .genericKubernetesResources(KIND)
                    .inNamespace("argocd")
                    .withName(name)
                    .delete();
        }
        tiphys.applications().withName("kept").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/kept").statusCode() != 200);
        clone.update().deleteAll("kept").push("Remove it");
    }

    @Test
    void a_resource_alone_leads_from_a_pushed_tag_to_a_commit_of_one_line() throws Exception {
        // Given
        tiphys.create(UPDATER.formatted("kept", "ke*", ":1.x"));
        awaitReady("kept", "ReconcileSucceeded");
        assertThat(status("kept").path("applicationsMatched").asInt()).isEqualTo(1);

        // When
        notify("1.1.0");

        // Then
        var commit = awaitCommitAfter(before);
        var expected = clone.files(before);
        expected.replaceAll(
                (file, text) ->
                        file.endsWith(" kept/deployment.yaml")
                                ? DEPLOYMENT.replace("1.0.0", "1.1.0")
                                : text);
        assertThat(clone.files(commit)).isEqualTo(expected);
        tiphys.awaitSynced("kept", commit);
        var update =
                eventually()
                        .until(
                                () -> status("kept").path("recentUpdates").path(0),
                                it -> !it.isMissingNode());
        assertThat(update.path("message").asText()).isEqualTo("Updated from 1.0.0 to 1.1.0.");
        assertThat(update.path("newVersion").asText()).isEqualTo("1.1.0");
        assertThat(update.path("applicationsUpdated").asInt()).isEqualTo(1);
        assertThat(status("kept").path("lastUpdatedAt").asText())
                .isEqualTo(update.path("updatedAt").asText());
    }

    @Test
    void of_two_resources_the_closer_wins_and_what_it_says_anew_counts_at_once() throws Exception {
        // Given
        tiphys.create(UPDATER.formatted("all", "ke*", ":1.x"));
        awaitReady("all", "ReconcileSucceeded");
        tiphys.create(UPDATER.formatted("kept", "kept", ":2.x"));
        awaitReady("kept", "ReconcileSucceeded");
        eventually().until(() -> status("all").path("applicationsMatched").asInt() == 0);

        // When
        notify("1.2.0");
        notify("2.0.0");

        // Then
        var second = awaitCommitAfter(before);
        assertThat(clone.read("main", "kept/deployment.yaml")).contains("kept:2.0.0");
        assertThat(clone.commits(before, second)).containsExactly(second);

        // When
        tiphys.cluster()
                .genericKubernetesResources(KIND)
                .inNamespace("argocd")
                .withName("kept")
                .delete();
        eventually().until(() -> status("all").path("applicationsMatched").asInt() == 1);
        notify("2.1.0");
        notify("1.3.0");
        tiphys.create(UPDATER.formatted("kept", "kept", ":3.x"));
        awaitReady("kept", "ReconcileSucceeded");
        notify("3.0.0");

        // Then
        var third = awaitCommitAfter(second);
        assertThat(clone.read("main", "kept/deployment.yaml")).contains("kept:3.0.0");
        assertThat(clone.commits(second, third)).containsExactly(third);
    }

    @Test
    void a_mistake_is_told_and_stops_nobody_else() throws Exception {
        // When
        tiphys.create(UPDATER.formatted("wrong", "kept[", ""));
        tiphys.create(UPDATER.formatted("all", "kep?", ":one"));

        // Then
        awaitReady("wrong", "ReconcileFailed");
        assertThat(condition("wrong", "Error").path("message").asText())
                .contains("'kept[' has a '[' without a set behind it");
        awaitReady("all", "ReconcileCompletedWithErrors");
        assertThat(condition("all", "Error").path("message").asText())
                .contains("kept: Image list entry 'web=registry.local/team/kept:one'");
        eventually()
                .until(
                        () ->
                                tiphys.application("kept")
                                        .at("/status/conditions")
                                        .toString()
                                        .contains("ImageUpdateWarning"));

        // When
        tiphys.create(UPDATER.formatted("kept", "kep?", ":1.x"));

        // Then
        awaitReady("kept", "ReconcileCompletedWithErrors");
        assertThat(condition("kept", "Error").path("message").asText())
                .contains("the ImageUpdater all describes it as closely");

        // When
        tiphys.cluster()
                .genericKubernetesResources(KIND)
                .inNamespace("argocd")
                .withName("all")
                .delete();

        // Then
        awaitReady("kept", "ReconcileSucceeded");
        eventually()
                .until(
                        () ->
                                !tiphys.application("kept")
                                        .at("/status/conditions")
                                        .toString()
                                        .contains("ImageUpdateWarning"));
        notify("1.4.0");
        awaitCommitAfter(before);
        assertThat(clone.read("main", "kept/deployment.yaml")).contains("kept:1.4.0");
    }

    @Test
    void a_registry_is_asked_with_what_registries_conf_says_and_tells_of_pushes(
            @TempDir Path folder) throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder, tiphys)) {
            // Given: a registry that lets nobody in, spoken to without encryption
            registry.pushImage("team/kept", "1.5.0");
            registry.pushImage("team/kept", "2.0.0");
            tiphys.repositorySecret(
                    "registry", Map.of("creds", OciRegistry.USER + ":" + OciRegistry.PASSWORD));
            var settings =
                    new ConfigMapBuilder()
                            .withNewMetadata()
                            .withNamespace("argocd")
                            .withName("argocd-image-updater-config")
                            .endMetadata()
                            .addToData(
                                    "registries.conf",
                                    """
                                    registries:
                                    - name: ours
                                      prefix: registry.local
                                      api_url: http://%1$s
                                      credentials: secret:argocd/registry#creds
                                      limit: 5
                                    - name: ours as it calls itself
                                      prefix: "%1$s"
                                      api_url: http://%1$s
                                      credentials: secret:argocd/registry#creds
                                    """
                                            .formatted(registry.host()))
                            .build();
            tiphys.cluster().resource(settings).create();
            try {
                // When: nobody tells of what is there already
                tiphys.create(UPDATER.formatted("kept", "kept", ":1.x"));

                // Then
                var commit = awaitCommitAfter(before);
                assertThat(clone.read("main", "kept/deployment.yaml"))
                        .isEqualTo(DEPLOYMENT.replace("1.0.0", "1.5.0"));
                eventually().until(() -> status("kept").hasNonNull("lastCheckedAt"));
                assertThat(status("kept").toString()).doesNotContain(OciRegistry.PASSWORD);

                // When: the registry tells of a push
                clone.update()
                        .write(
                                "kept/deployment.yaml",
                                DEPLOYMENT.replace("registry.local", registry.host()))
                        .push("By the name that the registry has");
                tiphys.create(
                        UPDATER.replace("registry.local", registry.host())
                                .formatted("all", "kept", ":1.x"));
                tiphys.cluster()
                        .genericKubernetesResources(KIND)
                        .inNamespace("argocd")
                        .withName("kept")
                        .delete();
                awaitDeployment(DEPLOYMENT.replace("registry.local", registry.host()), "1.5.0");
                registry.pushImage("team/kept", "1.6.0");

                // Then
                awaitDeployment(DEPLOYMENT.replace("registry.local", registry.host()), "1.6.0");
                assertThat(commit).isNotEqualTo(clone.tip());
            } finally {
                tiphys.cluster().resource(settings).delete();
                tiphys.cluster().secrets().inNamespace("argocd").withName("registry").delete();
            }
        }
    }

    private void awaitDeployment(String written, String tag) {
        eventually()
                .until(
                        () -> clone.read("main", "kept/deployment.yaml"),
                        it -> it.equals(written.replace("1.0.0", tag)));
    }

    private void notify(String tag) {
        assertThat(deliveries.imagePushed("team/kept", tag).statusCode()).isEqualTo(202);
    }

    private String awaitCommitAfter(String commit) {
        return eventually().until(clone::tip, tip -> !tip.equals(commit));
    }

    private void awaitReady(String name, String reason) {
        eventually()
                .until(
                        () -> condition(name, "Ready").path("reason").asText(),
                        it -> it.equals(reason));
    }

    private JsonNode condition(String name, String type) {
        for (var condition : status(name).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return status(name).path("none");
    }

    private JsonNode status(String name) {
        GenericKubernetesResource resource =
                tiphys.cluster()
                        .genericKubernetesResources(KIND)
                        .inNamespace("argocd")
                        .withName(name)
                        .get();
        return Tiphys.json(Serialization.asJson(resource)).path("status");
    }
}
