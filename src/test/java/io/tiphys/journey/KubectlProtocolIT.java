package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What users of Argo CD do with `kubectl`: ask for a refresh by annotation and for a sync by
/// writing an operation, here on an Application that nobody syncs by itself.
@ExtendWith(SharedTiphys.class)
class KubectlProtocolIT {

    private static final String REFRESH = "argocd.argoproj.io/refresh";

    private final Tiphys tiphys;
    private final SampleClone clone;
    private String commit = "";

    KubectlProtocolIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @BeforeEach
    void create() throws Exception {
        commit = pushMap("manual/map.yaml", "first");
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata:
                  name: manual
                  namespace: argocd
                spec:
                  project: default
                  source:
                    repoURL: "@SAMPLE@"
                    targetRevision: main
                    path: manual
                  destination:
                    server: https://kubernetes.default.svc
                    namespace: default
                """);
        awaitOutOfSync(commit);
    }

    @AfterEach
    void remove() {
        tiphys.applications().withName("manual").delete();
        for (var name : new String[] {"manual", "manual-kept"}) {
            tiphys.cluster().configMaps().inNamespace("default").withName(name).delete();
        }
        eventually().until(() -> tiphys.get("/api/v1/applications/manual").statusCode() != 200);
    }

    @Test
    void a_manual_application_is_out_of_sync_and_rests() {
        // When
        tiphys.refresh("manual", "normal");

        // Then
        awaitNotAnnotated();
        awaitOutOfSync(commit);
        assertThat(map().get()).isNull();
        assertThat(tiphys.application("manual").at("/status/operationState").isMissingNode())
                .isTrue();
    }

    @Test
    void a_refresh_asked_for_finds_what_nobody_told_of() throws Exception {
        for (var kind : new String[] {"normal", "hard"}) {
            // Given
            clone.update().write("manual/map.yaml", yaml("untold " + kind));
            var untold = clone.commit("Tell nobody");
            clone.pushPast(tiphys.data().resolve("sample.git"));

            // When
            tiphys.refresh("manual", kind);

            // Then
            awaitOutOfSync(untold);
            awaitNotAnnotated();
        }
    }

    @Test
    void an_operation_syncs_a_manual_application_and_says_who_asked() {
        // When
        operate();

        // Then
        var state = tiphys.awaitSynced("manual", commit).at("/status/operationState");
        assertThat(state.path("phase").asText()).isEqualTo("Succeeded");
        assertThat(state.at("/operation/initiatedBy/username").asText()).isEqualTo("ada");
        assertThat(tiphys.application("manual").has("operation")).isFalse();
        assertThat(map().get().getData()).containsEntry("KEY", "first");
    }

    @Test
    void an_operation_with_prune_removes_what_git_no_longer_has() throws Exception {
        // Given
        pushMap("manual/keep.yaml", "kept", "manual-kept");
        operate();
        eventually().until(() -> map().get() != null);
        var removed = clone.update().delete("manual/map.yaml").push("Remove the map");
        awaitOutOfSync(removed);
        assertThat(map().get()).isNotNull();

        // When
        operate();

        // Then
        tiphys.awaitSynced("manual", removed);
        assertThat(map().get()).isNull();
        assertThat(tiphys.application("manual").has("operation")).isFalse();
        clone.update().delete("manual/keep.yaml").push("Remove the rest");
    }

    @Test
    void an_operation_may_sync_what_was_deployed_before_and_the_specification_stays()
            throws Exception {
        // Given
        clone.update().write("elsewhere/map.yaml", yaml("second")).push("Another folder");
        var second = pushMap("manual/map.yaml", "third");
        awaitOutOfSync(second);

        // When
        operate(
                Map.of(
                        "revision",
                        second,
                        "source",
                        Map.of(
                                "repoURL",
                                tiphys.endpoint("sampleRepository"),
                                "path",
                                "elsewhere")));

        // Then
        eventually().until(() -> map().get() != null);
        assertThat(map().get().getData()).containsEntry("KEY", "second");
        eventually().until(() -> !tiphys.application("manual").has("operation"));
        var status = tiphys.application("manual").path("status");
        assertThat(status.at("/operationState/syncResult/source/path").asText())
                .isEqualTo("elsewhere");
        assertThat(status.at("/operationState/operation/sync/source/path").asText())
                .isEqualTo("elsewhere");
        assertThat(status.at("/history/0/source/path").asText()).isEqualTo("elsewhere");
        assertThat(status.at("/history/0/revision").asText()).isEqualTo(second);
        // What it says itself is still another.
        eventually()
                .until(
                        () ->
                                tiphys.application("manual")
                                        .at("/status/sync/comparedTo/source/path")
                                        .asText(),
                        it -> it.equals("manual"));
        awaitOutOfSync(second);
        clone.update().delete("elsewhere/map.yaml").push("Remove it");
    }

    private String pushMap(String file, String value) throws Exception {
        return pushMap(file, value, "manual");
    }

    private String pushMap(String file, String value, String name) throws Exception {
        var text = yaml(value).replace("name: manual", "name: " + name) + "# " + clone.tip() + "\n";
        return clone.update().write(file, text).push("Say " + value);
    }

    private static String yaml(String value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: manual
        data:
          KEY: %s
        """
                .formatted(value);
    }

    private void awaitNotAnnotated() {
        eventually()
                .until(
                        () -> tiphys.applications().withName("manual").get().getMetadata(),
                        it ->
                                it.getAnnotations() == null
                                        || !it.getAnnotations().containsKey(REFRESH));
    }

    private void operate() {
        operate(Map.of("prune", true));
    }

    private void operate(Map<String, Object> sync) {
        tiphys.patch(
                "manual",
                Serialization.asJson(
                        Map.of(
                                "operation",
                                Map.of("initiatedBy", Map.of("username", "ada"), "sync", sync))));
    }

    private void awaitOutOfSync(String revision) {
        eventually()
                .untilAsserted(
                        () -> {
                            var answer = tiphys.get("/api/v1/applications/manual");
                            assertThat(answer.statusCode()).isEqualTo(200);
                            var sync = Tiphys.json(answer.body()).at("/status/sync");
                            assertThat(sync.path("revision").asText()).isEqualTo(revision);
                            assertThat(sync.path("status").asText()).isEqualTo("OutOfSync");
                        });
    }

    private Resource<ConfigMap> map() {
        return tiphys.cluster().configMaps().inNamespace("default").withName("manual");
    }
}
