package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people see of an Application below its own resources, and whom resources belong to when
/// another way of tracking is chosen.
class ResourceTreeIT {

    private static final String TREE = "/api/v1/applications/guestbook/resource-tree";

    @Test
    void the_tree_reaches_down_to_the_pods_and_what_is_nobodys_is_told(@TempDir Path data)
            throws Exception {
        try (var tiphys =
                Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=2s")) {
            eventually().untilAsserted(() -> assertThat(kinds(tiphys, "nodes")).contains("Pod"));
            assertThat(kinds(tiphys, "nodes")).contains("Deployment", "ReplicaSet", "Service");
            var pod = node(tiphys, "Pod");
            assertThat(pod.at("/parentRefs/0/kind").asText()).isEqualTo("ReplicaSet");
            assertThat(pod.path("images")).isNotEmpty();
            assertThat(pod.at("/networkingInfo/labels")).isNotEmpty();
            assertThat(tiphys.get(TREE.replace("guestbook", "nobody")).statusCode()).isEqualTo(404);

            // When
            tiphys.cluster()
                    .resource(
                            """
                            apiVersion: argoproj.io/v1alpha1
                            kind: AppProject
                            metadata: {name: default, namespace: argocd}
                            spec:
                              sourceRepos: ["*"]
                              destinations: [{server: "*", namespace: "*"}]
                              clusterResourceWhitelist: [{group: "*", kind: "*"}]
                              orphanedResources: {warn: true, ignore: [{kind: Secret}]}
                            """)
                    .createOr(it -> it.update());
            tiphys.create(
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: stray, namespace: guestbook}
                    """);

            // Then
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    tiphys.application("guestbook")
                                                            .at("/status/conditions")
                                                            .toString())
                                            .contains("Application has 1 orphaned resources"));
            assertThat(kinds(tiphys, "orphanedNodes")).containsExactly("ConfigMap");

            // When
            tiphys.cluster()
                    .configMaps()
                    .inNamespace("argocd")
                    .resource(
                            new ConfigMapBuilder()
                                    .withNewMetadata()
                                    .withName("argocd-cm")
                                    .endMetadata()
                                    .withData(Map.of("application.resourceTrackingMethod", "label"))
                                    .build())
                    .createOr(it -> it.update());

            // Then
            eventually()
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    tiphys.deployment("guestbook", "guestbook")
                                                            .getMetadata()
                                                            .getLabels())
                                            .containsEntry(
                                                    "app.kubernetes.io/instance", "guestbook"));
            eventually()
                    .untilAsserted(
                            () -> assertThat(kinds(tiphys, "nodes")).contains("Deployment", "Pod"));
            tiphys.assertNoTroubleInLog();
        }
    }

    private static JsonNode tree(Tiphys tiphys) throws Exception {
        return new com.fasterxml.jackson.databind.ObjectMapper().readTree(tiphys.get(TREE).body());
    }

    private static List<String> kinds(Tiphys tiphys, String nodes) throws Exception {
        var kinds = new ArrayList<String>();
        tree(tiphys).path(nodes).forEach(node -> kinds.add(node.path("kind").asText()));
        return kinds;
    }

    private static JsonNode node(Tiphys tiphys, String kind) throws Exception {
        for (var node : tree(tiphys).path("nodes")) {
            if (node.path("kind").asText().equals(kind)) {
                return node;
            }
        }
        throw new AssertionError("No " + kind);
    }
}
