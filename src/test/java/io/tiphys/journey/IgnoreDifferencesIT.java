package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tiphys.support.SampleClone;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What may differ by an Application's rules or those of `argocd-cm` stays as it is, and a rule
/// that cannot be read protects what it is for.
class IgnoreDifferencesIT {

    private static final List<String> OPTIONS =
            List.of("CreateNamespace=true", "RespectIgnoreDifferences=true");

    @Test
    void what_may_differ_is_neither_healed_nor_overwritten(@TempDir Path data) throws Exception {
        try (var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var clone = tiphys.cloneSample()) {
            // Given
            tiphys.awaitSynced("orders", clone.tip());
            int declared = replicas(tiphys);
            rules(tiphys, List.of(rule("jqPathExpressions", ".spec.replicas")));

            // When
            scale(tiphys, declared + 4);
            var commit =
                    annotate(clone, "name: orders", "name: orders\n  annotations: {note: new}");

            // Then
            tiphys.awaitSynced("orders", commit);
            assertThat(deployment(tiphys).getMetadata().getAnnotations())
                    .containsEntry("note", "new");
            assertThat(replicas(tiphys)).isEqualTo(declared + 4);

            // When
            rules(tiphys, List.of(rule("managedFieldsManagers", scaler(tiphys))));
            scale(tiphys, declared + 6);
            commit = annotate(clone, "note: new", "note: newer");

            // Then
            tiphys.awaitSynced("orders", commit);
            assertThat(deployment(tiphys).getMetadata().getAnnotations())
                    .containsEntry("note", "newer");
            assertThat(replicas(tiphys)).isEqualTo(declared + 6);

            // When: settings say so as well, and that they count is seen by another of theirs
            tiphys.settings(
                    Map.of(
                            "resource.customizations.health.apps_Deployment",
                            "hs = {}\nhs.status = \"Suspended\"\nreturn hs"));
            eventually().until(() -> health(tiphys).equals("Suspended"));
            tiphys.settings(
                    Map.of(
                            "resource.customizations.ignoreDifferences.apps_Deployment",
                            "jsonPointers: [/spec/replicas]"));
            eventually().until(() -> !health(tiphys).equals("Suspended"));
            rules(tiphys, List.of(rule("jqPathExpressions", ".spec[")));

            // Then
            tiphys.awaitComparisonError("orders", "spec.ignoreDifferences[0]: '.spec['");
            assertThat(tiphys.application("orders").at("/status/sync/status").asText())
                    .isEqualTo("Unknown");
            assertThat(replicas(tiphys)).isEqualTo(declared + 6);

            // When
            rules(tiphys, List.of());

            // Then
            eventually()
                    .untilAsserted(
                            () -> {
                                var status = tiphys.application("orders").at("/status");
                                assertThat(status.at("/sync/status").asText()).isEqualTo("Synced");
                                assertThat(status.path("conditions")).isEmpty();
                            });
            assertThat(replicas(tiphys)).isEqualTo(declared + 6);

            // When
            tiphys.settings(Map.of());

            // Then
            eventually().until(() -> replicas(tiphys) == declared);
            tiphys.awaitSynced("orders", commit);
        }
    }

    private static String annotate(SampleClone clone, String before, String after)
            throws Exception {
        return clone.edit("api/deployment.yaml", it -> it.replaceFirst(before, after))
                .push("Annotate the deployment");
    }

    /// Who set the replicas, by the name that it gave the API server.
    private static String scaler(Tiphys tiphys) {
        return deployment(tiphys).getMetadata().getManagedFields().stream()
                .filter(it -> it.getOperation().equals("Update") && it.getSubresource() == null)
                .filter(it -> String.valueOf(it.getFieldsV1()).contains("f:replicas"))
                .findFirst()
                .orElseThrow()
                .getManager();
    }

    private static Map<String, Object> rule(String list, String item) {
        return Map.of("group", "apps", "kind", "Deployment", list, List.of(item));
    }

    private static void rules(Tiphys tiphys, List<Map<String, Object>> rules) {
        tiphys.patch(
                "orders",
                Serialization.asJson(
                        Map.of(
                                "spec",
                                Map.of(
                                        "ignoreDifferences",
                                        rules,
                                        "syncPolicy",
                                        Map.of("syncOptions", OPTIONS)))));
        // From here on the rules count.
        tiphys.get("/api/v1/applications/orders?refresh=normal");
    }

    private static String health(Tiphys tiphys) {
        return tiphys.application("orders").at("/status/health/status").asText();
    }

    private static void scale(Tiphys tiphys, int replicas) {
        tiphys.cluster()
                .apps()
                .deployments()
                .inNamespace("orders")
                .withName("orders")
                .edit(
                        it -> {
                            it.getSpec().setReplicas(replicas);
                            return it;
                        });
    }

    private static int replicas(Tiphys tiphys) {
        return deployment(tiphys).getSpec().getReplicas();
    }

    private static Deployment deployment(Tiphys tiphys) {
        return tiphys.deployment("orders", "orders");
    }
}
