package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Applications in namespaces of their own, where the service and the project let them be.
class AnyNamespaceIT {

    private static final String PROJECT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: red, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: default}]
              sourceNamespaces: [team-red]
            """;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web, namespace: %s}
            spec:
              project: %s
              source: {repoURL: "@SAMPLE@", path: anywhere, targetRevision: HEAD}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    @Test
    void an_application_may_be_where_the_service_and_its_project_say(@TempDir Path data)
            throws Exception {
        try (var tiphys = Tiphys.start(data, "tiphys.store.application-namespaces=team-*");
                var clone = tiphys.cloneSample()) {
            // Given
            for (var namespace : new String[] {"team-red", "team-blue", "other"}) {
                tiphys.cluster()
                        .resource(
                                new NamespaceBuilder()
                                        .withNewMetadata()
                                        .withName(namespace)
                                        .endMetadata()
                                        .build())
                        .create();
            }
            clone.write(
                            "anywhere/map.yaml",
                            """
                            apiVersion: v1
                            kind: ConfigMap
                            metadata: {name: anywhere}
                            """)
                    .push("A folder");
            tiphys.create(PROJECT);

            // When
            tiphys.create(APPLICATION.formatted("other", "red"));
            tiphys.create(APPLICATION.formatted("team-blue", "red"));
            tiphys.create(APPLICATION.formatted("team-red", "red"));

            // Then
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    application(tiphys, "team-red")
                                                            .at("/status/sync/status"))
                                            .hasToString("\"Synced\""));
            assertThat(
                            tiphys.cluster()
                                    .configMaps()
                                    .inNamespace("default")
                                    .withName("anywhere")
                                    .get()
                                    .getMetadata()
                                    .getAnnotations())
                    .containsEntry(
                            "argocd.argoproj.io/tracking-id",
                            "team-red_web:/ConfigMap:default/anywhere");
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    application(tiphys, "team-blue")
                                                            .at("/status/conditions/0/message")
                                                            .asText())
                                            .isEqualTo(
                                                    "application 'web' in namespace 'team-blue' is"
                                                            + " not permitted to use project"
                                                            + " 'red'"));
            assertThat(tiphys.get("/api/v1/applications/web?appNamespace=other").statusCode())
                    .isEqualTo(404);
            assertThat(tiphys.get("/api/v1/applications/web").statusCode()).isEqualTo(404);

            // When
            tiphys.cluster().configMaps().inNamespace("default").withName("anywhere").delete();
            tiphys.cluster()
                    .resource(
                            APPLICATION
                                    .formatted("team-red", "red")
                                    .replace("{}", "{selfHeal: true}")
                                    .replace("@SAMPLE@", tiphys.endpoint("sampleRepository")))
                    .forceConflicts()
                    .serverSideApply();

            // Then
            eventually()
                    .until(
                            () ->
                                    tiphys.cluster()
                                                    .configMaps()
                                                    .inNamespace("default")
                                                    .withName("anywhere")
                                                    .get()
                                            != null);
        }
    }

    private static JsonNode application(Tiphys tiphys, String namespace) {
        return Tiphys.json(tiphys.get("/api/v1/applications/web?appNamespace=" + namespace).body());
    }
}
