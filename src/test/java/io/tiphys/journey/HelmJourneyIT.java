package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tiphys.support.ChartHost;
import io.tiphys.support.Installed;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A chart in Git reaches the cluster, and so do its values. Skipped where there is no Helm on the
/// PATH; CI sees to it that there is.
@ExtendWith(SharedTiphys.class)
class HelmJourneyIT {

    private final Tiphys tiphys;
    private final SampleClone clone;
    private String commit = "";

    HelmJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @BeforeEach
    void create() throws Exception {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        commit =
                clone.update()
                        .write(
                                "charts/motd/Chart.yaml",
                                "{apiVersion: v2, name: m, version: 1.0.0}")
                        .write("charts/motd/values.yaml", "text: first\n")
                        .write(
                                "charts/motd/templates/map.yaml",
                                """
                                apiVersion: v1
                                kind: ConfigMap
                                metadata: {name: "{{ .Release.Name }}"}
                                data: {text: "{{ required "text!" .Values.text }}"}
                                """)
                        .push("Add a chart");
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata:
                  name: motd
                  namespace: argocd
                spec:
                  project: default
                  source:
                    repoURL: "@SAMPLE@"
                    targetRevision: main
                    path: charts/motd
                  destination:
                    server: https://kubernetes.default.svc
                    namespace: default
                  syncPolicy: {automated: {}}
                """);
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName("motd").delete();
        map().delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/motd").statusCode() != 200);
        clone.update().delete("charts/motd/Chart.yaml").push("Remove the chart");
    }

    @Test
    void a_chart_and_its_values_reach_the_cluster() throws Exception {
        var status = tiphys.awaitSynced("motd", commit).path("status");
        assertThat(status.path("sourceType").asText()).isEqualTo("Helm");
        assertThat(map().get().getData()).containsEntry("text", "first");

        var changed = clone.write("charts/motd/values.yaml", "text: second\n").push("Other text");

        tiphys.awaitSynced("motd", changed);
        assertThat(map().get().getData()).containsEntry("text", "second");
    }

    @Test
    void what_helm_refuses_is_told_and_mended_by_the_next_push() throws Exception {
        tiphys.awaitSynced("motd", commit);

        clone.write("charts/motd/values.yaml", "text: null\n").push("No text");

        eventually()
                .until(
                        () -> tiphys.application("motd").at("/status/conditions").toString(),
                        it -> it.contains("ComparisonError") && it.contains("text!"));
        assertThat(map().get().getData()).containsEntry("text", "first");

        var mended = clone.write("charts/motd/values.yaml", "text: mended\n").push("Mend it");

        tiphys.awaitSynced("motd", mended);
        assertThat(map().get().getData()).containsEntry("text", "mended");
    }

    @Test
    void values_of_another_server_reach_the_cluster_when_somebody_asks() {
        try (var host = ChartHost.start()) {
            host.file("/charts/v.yaml", "text: elsewhere\n".getBytes(UTF_8));
            // The commit stays the same, so what differs from it is healed, and not synced anew.
            var patch =
                    """
                    {"spec": {
                      "source": {"helm": {"valueFiles": ["%s/v.yaml"]}},
                      "syncPolicy": {"automated": {"selfHeal": true}}}}
                    """;
            tiphys.patch("motd", patch.formatted(host.url()));
            awaitText("elsewhere");

            host.file("/charts/v.yaml", "text: changed\n".getBytes(UTF_8));
            tiphys.refresh("motd", "normal");

            awaitText("changed");
        }
    }

    private void awaitText(String text) {
        eventually().until(() -> map().get() != null);
        eventually()
                .untilAsserted(() -> assertThat(map().get().getData()).containsEntry("text", text));
    }

    private Resource<ConfigMap> map() {
        return tiphys.cluster().configMaps().inNamespace("default").withName("motd");
    }
}
