package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.Deliveries;
import io.tiphys.support.ImageUpdaters;
import io.tiphys.support.OciRegistry;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Images are kept current by a resource beside the Applications, which say nothing themselves.
@ExtendWith(SharedTiphys.class)
class ImageUpdaterIT {

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
    private final ImageUpdaters updaters;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private final String before;

    ImageUpdaterIT(Tiphys tiphys, SampleClone clone) throws Exception {
        this.tiphys = tiphys;
        updaters = new ImageUpdaters(tiphys);
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
        before = clone.write("kept/deployment.yaml", DEPLOYMENT).push("What is kept");
        tiphys.create(APPLICATION);
        tiphys.awaitSynced("kept", before);
    }

    @AfterEach
    void remove() throws Exception {
        for (var name : List.of("all", "kept", "told", "wrong")) {
            updaters.delete(name);
        }
        for (var name : List.of("kept", "kept-told")) {
            tiphys.applications().withName(name).delete();
            eventually()
                    .until(() -> tiphys.get("/api/v1/applications/" + name).statusCode() != 200);
        }
        clone.update().deleteAll("kept").push("Remove it");
    }

    @Test
    void a_resource_alone_leads_from_a_pushed_tag_to_a_commit_of_one_line() throws Exception {
        // Given
        tiphys.create(UPDATER.formatted("kept", "ke*", ":1.x"));
        awaitReady("kept", "ReconcileSucceeded");
        assertThat(updaters.status("kept").path("applicationsMatched").asInt()).isEqualTo(1);

        // When
        notify("1.1.0");

        // Then
        var commit = clone.awaitTipAfter(before);
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
                                () -> updaters.status("kept").path("recentUpdates").path(0),
                                it -> !it.isMissingNode());
        assertThat(update.path("message").asText()).isEqualTo("Updated from 1.0.0 to 1.1.0.");
        assertThat(update.path("newVersion").asText()).isEqualTo("1.1.0");
        assertThat(update.path("applicationsUpdated").asInt()).isEqualTo(1);
        assertThat(updaters.status("kept").path("lastUpdatedAt").asText())
                .isEqualTo(update.path("updatedAt").asText());
    }

    @Test
    void of_two_resources_the_closer_wins_and_what_it_says_anew_counts_at_once() throws Exception {
        // Given
        tiphys.create(UPDATER.formatted("all", "ke*", ":1.x"));
        awaitReady("all", "ReconcileSucceeded");
        tiphys.create(UPDATER.formatted("kept", "kept", ":2.x"));
        awaitReady("kept", "ReconcileSucceeded");
        eventually().until(() -> updaters.status("all").path("applicationsMatched").asInt() == 0);

        // When
        notify("1.2.0");
        notify("2.0.0");

        // Then
        var second = clone.awaitTipAfter(before);
        assertThat(clone.read("main", "kept/deployment.yaml")).contains("kept:2.0.0");
        assertThat(clone.commits(before, second)).containsExactly(second);

        // When
        updaters.delete("kept");
        eventually().until(() -> updaters.status("all").path("applicationsMatched").asInt() == 1);
        notify("2.1.0");
        notify("1.3.0");
        tiphys.create(UPDATER.formatted("kept", "kept", ":3.x"));
        awaitReady("kept", "ReconcileSucceeded");
        notify("3.0.0");

        // Then
        var third = clone.awaitTipAfter(second);
        assertThat(clone.read("main", "kept/deployment.yaml")).contains("kept:3.0.0");
        assertThat(clone.commits(second, third)).containsExactly(third);
    }

    @Test
    void a_plugin_is_told_the_tag_by_its_application() throws Exception {
        // Given
        tiphys.create(
                APPLICATION
                        .replace("name: kept", "name: kept-told")
                        .replace(
                                "path: kept}",
                                "path: kept, plugin: {env: [{name: LEVEL, value: info}, {name: APP,"
                                        + " value: \"registry.local/team/kept:1.0.0\"}]}}"));
        tiphys.create(
                UPDATER.replace("{method: git, gitConfig: {writeBackTarget: manifests}}", "{}")
                        .replace("}]", ", manifestTargets: {plugin: {spec: APP}}}]")
                        .formatted("told", "kept-told", ":1.x"));
        awaitReady("told", "ReconcileSucceeded");

        // When
        notify("1.7.0");

        // Then
        eventually()
                .until(
                        () ->
                                tiphys.application("kept-told")
                                        .at("/spec/source/plugin/env/1/value")
                                        .asText(),
                        "registry.local/team/kept:1.7.0"::equals);
        assertThat(tiphys.application("kept-told").at("/spec/source/plugin/env").toString())
                .isEqualTo(
                        "[{\"name\":\"LEVEL\",\"value\":\"info\"},{\"name\":\"APP\",\"value\":\"registry.local/team/kept:1.7.0\"}]");
        assertThat(clone.tip()).isEqualTo(before);
    }

    @Test
    void a_mistake_is_told_and_stops_nobody_else() throws Exception {
        // When
        tiphys.create(UPDATER.formatted("wrong", "kept[", ""));
        tiphys.create(UPDATER.formatted("all", "kep?", ":one"));

        // Then
        awaitReady("wrong", "ReconcileFailed");
        assertThat(updaters.condition("wrong", "Error").path("message").asText())
                .contains("'kept[' has a '[' without a set behind it");
        awaitReady("all", "ReconcileCompletedWithErrors");
        assertThat(updaters.condition("all", "Error").path("message").asText())
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
        assertThat(updaters.condition("kept", "Error").path("message").asText())
                .contains("the ImageUpdater all describes it as closely");

        // When
        updaters.delete("all");

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
        clone.awaitTipAfter(before);
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
            tiphys.create(UPDATER.formatted("kept", "kept", ":1.x"));
            eventually().until(() -> updaters.status("kept").hasNonNull("lastCheckedAt"));

            // When: where it is comes to be known, and nobody tells of what is there already
            var settings = updaters.allow(registry, "registry.local", registry.host());
            try {
                // Then
                var commit = clone.awaitTipAfter(before);
                assertThat(clone.read("main", "kept/deployment.yaml"))
                        .isEqualTo(DEPLOYMENT.replace("1.0.0", "1.5.0"));
                assertThat(updaters.status("kept").toString()).doesNotContain(OciRegistry.PASSWORD);

                // When: the registry tells of a push
                clone.update()
                        .write(
                                "kept/deployment.yaml",
                                DEPLOYMENT.replace("registry.local", registry.host()))
                        .push("By the name that the registry has");
                tiphys.create(
                        UPDATER.replace("registry.local", registry.host())
                                .formatted("all", "kept", ":1.x"));
                updaters.delete("kept");
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

    private void awaitReady(String name, String reason) {
        eventually()
                .until(
                        () -> updaters.condition(name, "Ready").path("reason").asText(),
                        it -> it.equals(reason));
    }
}
