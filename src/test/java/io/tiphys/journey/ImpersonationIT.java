package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.dev.sandbox.access.User;
import io.tiphys.support.Tiphys;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where impersonation is switched on, Applications are synced as the service accounts of their
/// projects, on a cluster that asks who may do what.
class ImpersonationIT {

    private static final String PROJECT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: red, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: "*"}]
              destinationServiceAccounts:
                - {server: "https://kubernetes.*", namespace: def*, defaultServiceAccount: deployer}
            """;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: red
              source: {repoURL: "@SAMPLE@", path: as, targetRevision: HEAD}
              destination: {server: "https://kubernetes.default.svc", namespace: %1$s}
            operation: {sync: {}, initiatedBy: {username: ada}}
            """;

    private static final String OPERATION = "operation: {sync: {}, initiatedBy: {username: ada}}";

    @Test
    void a_sync_is_made_as_the_account_of_its_destination(@TempDir Path folder) throws Exception {
        var vertx = Vertx.vertx();
        try (var sandbox =
                Sandbox.start(
                        vertx,
                        SandboxSettings.inMemory().withTokens(Map.of("jane", User.of("jane"))))) {
            var kubeconfig = folder.resolve("kubeconfig");
            Files.writeString(kubeconfig, sandbox.kubeconfig());
            try (var tiphys =
                            Tiphys.start(
                                    folder.resolve("data"), "tiphys.dev.kubeconfig=" + kubeconfig);
                    var clone = tiphys.cloneSample()) {
                check(tiphys, clone.write("as/map.yaml", MAP).push("A folder"));
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: as}
            """;

    private static void check(Tiphys tiphys, String commit) {
        // Given
        eventually().until(() -> status(tiphys, "guestbook", "sync").equals("Synced"));
        tiphys.settings(
                Map.of(
                        "application.sync.impersonation.enabled",
                        "true",
                        // Shows that the settings count.
                        "resource.customizations.health.apps_Deployment",
                        "hs = {}\nhs.status = \"Suspended\"\nreturn hs"));
        eventually().until(() -> status(tiphys, "guestbook", "health").equals("Suspended"));
        tiphys.create(PROJECT);

        // When
        for (var name : List.of("default", "kube-public")) {
            tiphys.create(APPLICATION.formatted(name).replace(OPERATION, ""));
            eventually().until(() -> status(tiphys, name, "sync").equals("OutOfSync"));
            ask(tiphys, name);
        }

        // Then
        awaitEnd(
                tiphys,
                "default",
                "Failed",
                "User \"system:serviceaccount:default:deployer\" cannot patch resource"
                        + " \"configmaps\"");
        awaitEnd(
                tiphys,
                "kube-public",
                "Error",
                "no matching service account found for destination server"
                        + " https://kubernetes.default.svc and namespace kube-public");
        assertThat(tiphys.cluster().configMaps().inNamespace("default").withName("as").get())
                .isNull();

        // When
        tiphys.cluster()
                .resource(
                        new RoleBindingBuilder()
                                .withNewMetadata()
                                .withName("deployer")
                                .withNamespace("default")
                                .endMetadata()
                                .withNewRoleRef(
                                        "rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                                .addNewSubject("", "ServiceAccount", "deployer", "default")
                                .build())
                .create();
        ask(tiphys, "default");

        // Then
        tiphys.awaitSynced("default", commit);
        awaitEnd(tiphys, "default", "Succeeded", "successfully synced");
    }

    private static String status(Tiphys tiphys, String name, String of) {
        return tiphys.application(name).at("/status/%s/status".formatted(of)).asText();
    }

    private static void ask(Tiphys tiphys, String name) {
        tiphys.cluster()
                .resource(
                        APPLICATION
                                .formatted(name)
                                .replace("@SAMPLE@", tiphys.endpoint("sampleRepository")))
                .forceConflicts()
                .serverSideApply();
    }

    private static void awaitEnd(Tiphys tiphys, String name, String phase, String words) {
        eventually()
                .untilAsserted(
                        () -> {
                            var state = tiphys.application(name).at("/status/operationState");
                            assertThat(state.path("phase").asText()).isEqualTo(phase);
                            assertThat(state.path("message").asText()).contains(words);
                        });
    }
}
