package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.support.GivenCluster;
import io.tiphys.support.Tiphys;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An Application at which nothing changed is not compared again, until anything changes that it
/// is judged by: itself, its resources, its project, its cluster, or the settings.
class SettledIT {

    private static final String LOOKS_ARE_LOGGED =
            "quarkus.log.category.\"io.tiphys.application.Refresher\".level=DEBUG";

    private static final String PROJECT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: calm, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: "%s"}]
              %s
            """;

    private static final String WINDOW =
            "syncWindows: [{kind: deny, schedule: '* * * * *', duration: 24h, applications:"
                    + " ['*']}]";

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: calm, namespace: argocd}
            spec:
              project: calm
              source: {repoURL: "@SAMPLE@", path: calm, targetRevision: HEAD}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: calm}
            data: {value: declared}
            """;

    /// What nothing of the sample is.
    private static final String ACCOUNT =
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: calm, annotations: {value: declared}}
            """;

    private static final String SECRET =
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: own
              namespace: argocd
              labels: {argocd.argoproj.io/secret-type: cluster}
            stringData:
              name: in-cluster
              server: https://kubernetes.default.svc
              namespaces: guestbook,argocd
            """;

    @Test
    void what_settled_is_looked_at_again_whatever_changes(@TempDir Path data) throws Exception {
        try (var tiphys =
                        Tiphys.start(
                                data,
                                "tiphys.repo.poll=24h",
                                "tiphys.application.sweep=1s",
                                LOOKS_ARE_LOGGED);
                var clone = tiphys.cloneSample()) {
            // Given
            var commit = clone.write("calm/map.yaml", MAP).push("A calm folder");
            project(tiphys, "default", "");
            tiphys.create(APPLICATION);
            await(tiphys, "/status/sync/status", "OutOfSync");
            awaitSettled(tiphys);

            // When
            create(tiphys);

            // Then
            await(tiphys, "/status/health/status", "Healthy");

            // When
            delete(tiphys);

            // Then
            await(tiphys, "/status/health/status", "Missing");
            awaitSettled(tiphys);

            // When
            sync(tiphys);

            // Then
            tiphys.awaitSynced("calm", commit);
            awaitSettled(tiphys);

            // When
            var first = text(tiphys, "/status/operationState/startedAt");
            sync(tiphys);

            // Then
            eventually()
                    .until(
                            () ->
                                    !text(tiphys, "/status/operationState/startedAt").equals(first)
                                            && text(tiphys, "/status/operationState/phase")
                                                    .equals("Succeeded"));
            awaitSettled(tiphys);

            // When
            settings(
                    tiphys,
                    Map.of(
                            "resource.customizations.health.ConfigMap",
                            "hs = {}\nhs.status = \"Degraded\"\nreturn hs"));

            // Then
            await(tiphys, "/status/health/status", "Degraded");
            awaitSettled(tiphys);

            // When
            settings(
                    tiphys,
                    Map.of(
                            "resource.customizations.ignoreDifferences.ConfigMap",
                            "jsonPointers: [/data/value]"));
            await(tiphys, "/status/health/status", "Healthy");
            change(tiphys);
            awaitSettled(tiphys);
            assertThat(text(tiphys, "/status/sync/status")).isEqualTo("Synced");
            settings(tiphys, Map.of());

            // Then
            await(tiphys, "/status/sync/status", "OutOfSync");
            awaitSettled(tiphys);

            // When
            project(tiphys, "default", WINDOW);
            eventually().until(() -> windows(tiphys) == 1);
            patch(tiphys, "{\"spec\": {\"syncPolicy\": {\"automated\": {\"selfHeal\": true}}}}");
            await(tiphys, "/status/conditions/0/type", "SyncWindowWarning");
            project(tiphys, "default", "");

            // Then
            tiphys.awaitSynced("calm", commit);
            awaitSettled(tiphys);

            // When
            long before = comparisons(tiphys);
            change(tiphys);

            // Then
            eventually().until(() -> map(tiphys).getData().get("value").equals("declared"));
            tiphys.awaitSynced("calm", commit);
            awaitSettled(tiphys);
            // What the heal wrote is no reason to look again.
            eventually().until(() -> comparisons(tiphys) == before + 1);

            // When
            tiphys.create(SECRET);

            // Then
            tiphys.awaitComparisonError("calm", "namespace \\\"default\\\" for ConfigMap");
            tiphys.cluster().secrets().inNamespace("argocd").withName("own").delete();
            tiphys.awaitSynced("calm", commit);
            awaitSettled(tiphys);

            // When
            project(tiphys, "elsewhere", "");

            // Then
            await(tiphys, "/status/conditions/0/type", "InvalidSpecError");
            project(tiphys, "default", "");
            tiphys.awaitSynced("calm", commit);
            awaitSettled(tiphys);

            // When
            var next = clone.write("calm/map.yaml", MAP.replace("declared", "new")).push("Change");

            // Then
            tiphys.awaitSynced("calm", next);
            awaitSettled(tiphys);
            tiphys.assertNoTroubleInLog();
        }
    }

    /// The cluster takes its time for what is synced, and meanwhile somebody writes into the
    /// Application.
    @Test
    void what_is_written_while_a_sync_goes_on_does_not_settle_with_it(@TempDir Path data)
            throws Exception {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs a cluster that can be held up");
        var vertx = Vertx.vertx();
        try (var sandbox = Sandbox.start(vertx, SandboxSettings.inMemory());
                var tiphys =
                        Tiphys.start(
                                data.resolve("service"),
                                "tiphys.dev.kubeconfig="
                                        + Files.writeString(
                                                data.resolve("kubeconfig"), sandbox.kubeconfig()),
                                "tiphys.repo.poll=24h",
                                "tiphys.application.sweep=1s",
                                LOOKS_ARE_LOGGED);
                var clone = tiphys.cloneSample()) {
            // Given
            clone.write("calm/account.yaml", ACCOUNT).push("A calm folder");
            project(tiphys, "default", "");
            tiphys.create(APPLICATION);
            await(tiphys, "/status/sync/status", "OutOfSync");
            sandbox.faults().delay(1, "apply", "serviceaccounts", Duration.ofSeconds(5));

            // When
            sync(tiphys);
            eventually().until(() -> sandbox.audit().containsKey("apply serviceaccounts delayed"));
            long before = compared(tiphys);
            patch(tiphys, "{\"metadata\": {\"annotations\": {\"test/note\": \"new\"}}}");

            // Then
            await(tiphys, "/status/operationState/phase", "Succeeded");
            // The look that synced, and one more.
            eventually().until(() -> compared(tiphys) == before + 2);
            awaitSettled(tiphys);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /// Looks that are over and were more than to see that nothing has changed.
    private static long compared(Tiphys tiphys) {
        var shortcuts =
                tiphys.log()
                        .lines()
                        .filter(it -> it.contains("Refreshing argocd/calm ") || isShortcut(it))
                        .map(SettledIT::isShortcut)
                        .toList();
        return IntStream.range(1, shortcuts.size())
                .filter(it -> !shortcuts.get(it - 1) && !shortcuts.get(it))
                .count();
    }

    /// Until a look found nothing to be done from here on.
    private static void awaitSettled(Tiphys tiphys) {
        long before = shortcuts(tiphys.log());
        eventually().until(() -> shortcuts(tiphys.log()) > before);
    }

    private static long shortcuts(String log) {
        return log.lines().filter(SettledIT::isShortcut).count();
    }

    private static boolean isShortcut(String line) {
        return line.endsWith("settled: argocd/calm");
    }

    /// Looks that were more than to see that nothing has changed, and the one that is under way.
    private static long comparisons(Tiphys tiphys) {
        var log = tiphys.log();
        return log.lines().filter(it -> it.contains("Refreshing argocd/calm ")).count()
                - shortcuts(log);
    }

    private static void await(Tiphys tiphys, String field, String value) {
        eventually().untilAsserted(() -> assertThat(text(tiphys, field)).isEqualTo(value));
    }

    private static String text(Tiphys tiphys, String field) {
        return tiphys.application("calm").at(field).asText();
    }

    private static void sync(Tiphys tiphys) {
        patch(tiphys, "{\"operation\": {\"sync\": {}}}");
    }

    private static void patch(Tiphys tiphys, String json) {
        tiphys.applications().withName("calm").patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    private static void project(Tiphys tiphys, String namespace, String more) {
        tiphys.cluster()
                .resource(PROJECT.formatted(namespace, more))
                .createOr(existing -> existing.update());
    }

    /// How many the service knows of.
    private static int windows(Tiphys tiphys) {
        return Tiphys.json(tiphys.get("/api/v1/applications/calm/syncwindows").body())
                .path("assignedWindows")
                .size();
    }

    private static ConfigMap map(Tiphys tiphys) {
        return tiphys.cluster().configMaps().inNamespace("default").withName("calm").get();
    }

    /// As somebody who knows nothing of the Application.
    private static void create(Tiphys tiphys) {
        tiphys.cluster()
                .configMaps()
                .inNamespace("default")
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("calm")
                                .endMetadata()
                                .withData(Map.of("value", "foreign"))
                                .build())
                .create();
    }

    private static void delete(Tiphys tiphys) {
        tiphys.cluster().configMaps().inNamespace("default").withName("calm").delete();
    }

    /// As somebody beside Git would.
    private static void change(Tiphys tiphys) {
        tiphys.cluster()
                .configMaps()
                .inNamespace("default")
                .withName("calm")
                .edit(
                        it -> {
                            it.setData(Map.of("value", "changed"));
                            return it;
                        });
    }

    private static void settings(Tiphys tiphys, Map<String, String> entries) {
        tiphys.cluster()
                .configMaps()
                .inNamespace("argocd")
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("argocd-cm")
                                .endMetadata()
                                .withData(entries)
                                .build())
                .createOr(existing -> existing.update());
    }
}
