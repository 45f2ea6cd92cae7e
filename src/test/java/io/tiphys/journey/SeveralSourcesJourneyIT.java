package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tiphys.support.Installed;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A chart, its values from elsewhere and a plain directory make one Application, and a push to any
/// of them reaches the cluster. Skipped where there is no Helm on the PATH; CI sees to it that it
/// is there.
@ExtendWith(SharedTiphys.class)
class SeveralSourcesJourneyIT {

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final String branch = "values-" + UUID.randomUUID();
    private String main = "";
    private String values = "";

    SeveralSourcesJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @BeforeEach
    void create() throws Exception {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        main =
                clone.update()
                        .write(
                                "several/chart/Chart.yaml",
                                "{apiVersion: v2, name: m, version: 1.0.0}")
                        .write(
                                "several/chart/templates/map.yaml",
                                map("several", "{{ .Values.text }}"))
                        .write("several/extra/map.yaml", map("several-extra", "plain"))
                        .push("Add a chart and a folder");
        values = clone.branch(branch).write("env/prod.yaml", "text: first\n").push("Add values");
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata:
                  name: several
                  namespace: argocd
                spec:
                  project: default
                  sources:
                    - repoURL: "@SAMPLE@"
                      targetRevision: main
                      path: several/chart
                      helm:
                        valueFiles: [$values/env/prod.yaml]
                    - repoURL: "@SAMPLE@"
                      targetRevision: @BRANCH@
                      ref: values
                    - repoURL: "@SAMPLE@"
                      targetRevision: main
                      path: several/extra
                  destination:
                    server: https://kubernetes.default.svc
                    namespace: default
                  syncPolicy: {automated: {}}
                """
                        .replace("@BRANCH@", branch));
    }

    @AfterEach
    void remove() {
        tiphys.applications().withName("several").delete();
        map("several").delete();
        map("several-extra").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/several").statusCode() != 200);
    }

    @Test
    void every_source_reaches_the_cluster_and_so_does_a_push_to_each() throws Exception {
        var status = awaitSynced(main, values, main);
        assertThat(texts(status.path("sourceTypes"))).containsExactly("Helm", "", "Directory");
        assertThat(status.at("/sync/comparedTo/sources")).hasSize(3);
        assertThat(text("several")).isEqualTo("first");
        assertThat(text("several-extra")).isEqualTo("plain");

        var second = clone.write("env/prod.yaml", "text: second\n").push("Other values");

        awaitSynced(main, second, main);
        assertThat(text("several")).isEqualTo("second");
        assertThat(text("several-extra")).isEqualTo("plain");
    }

    @Test
    void what_is_wrong_with_one_source_is_told_by_its_place() throws Exception {
        awaitSynced(main, values, main);

        clone.delete("env/prod.yaml").push("No values");

        eventually()
                .until(
                        () -> tiphys.application("several").at("/status/conditions").toString(),
                        it ->
                                it.contains("spec.sources[0]: ")
                                        && it.contains("$values/env/prod.yaml: no such file"));
        assertThat(text("several")).isEqualTo("first");
    }

    private JsonNode awaitSynced(String... revisions) {
        return eventually()
                .until(
                        () -> tiphys.application("several").path("status"),
                        it ->
                                it.at("/sync/status").asText().equals("Synced")
                                        && texts(it.at("/sync/revisions"))
                                                .equals(List.of(revisions)));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private String text(String name) {
        return map(name).get().getData().get("text");
    }

    private Resource<ConfigMap> map(String name) {
        return tiphys.cluster().configMaps().inNamespace("default").withName(name);
    }

    private static String map(String name, String text) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data: {text: "%s"}
        """
                .formatted(name, text);
    }
}
