package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.support.Tiphys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who asks for an Application's resources sees target beside live, who changed what, and nothing
/// of what Secrets hold.
class ManagedResourcesIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shown, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: shown}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private static final String RESOURCES =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shown}
            data: {a: b, c: d}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: shown}
            stringData: {password: hunter2, same: value}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: missing}
            """;

    @Test
    void resources_are_shown_without_secrets(@TempDir Path data) throws Exception {
        try (var tiphys = Tiphys.start(data);
                var clone = tiphys.cloneSample()) {
            // Given
            clone.write("shown/all.yaml", RESOURCES).push("Show resources");
            tiphys.cluster()
                    .resource(
                            """
                            apiVersion: v1
                            kind: Secret
                            metadata:
                              name: shown
                              namespace: default
                              annotations: {example.com/token: swordfish}
                            data: {password: b3RoZXItc2VjcmV0, same: dmFsdWU=}
                            """)
                    .create();
            tiphys.cluster()
                    .resource(
                            """
                            apiVersion: v1
                            kind: ConfigMap
                            metadata: {name: shown, namespace: default}
                            data: {a: changed, c: d}
                            """)
                    .create();
            tiphys.cluster()
                    .resource(
                            """
                            apiVersion: v1
                            kind: ConfigMap
                            metadata: {name: argocd-cm, namespace: argocd}
                            data: {resource.sensitive.mask.annotations: "a, example.com/token"}
                            """)
                    .createOr(existing -> existing.update());
            tiphys.create(APPLICATION);
            eventually()
                    .until(
                            () ->
                                    tiphys.application("shown")
                                            .at("/status/sync/status")
                                            .asText()
                                            .equals("OutOfSync"));

            // When
            var answer =
                    eventually()
                            .until(
                                    () ->
                                            tiphys.get(
                                                    "/api/v1/applications/shown/managed-resources"),
                                    // From when on the settings count.
                                    it -> !it.body().contains("swordfish"));

            // Then
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var items = Tiphys.json(answer.body()).path("items");
            assertThat(items).hasSize(3);
            var map = item(items, "ConfigMap", "shown");
            assertThat(state(map, "targetState").at("/data/a").asText()).isEqualTo("b");
            assertThat(state(map, "liveState").at("/data/a").asText()).isEqualTo("changed");
            assertThat(state(map, "predictedLiveState").at("/data/a").asText()).isEqualTo("b");
            assertThat(map.path("modified").asBoolean()).isTrue();
            assertThat(map.path("differences").toString())
                    .contains("\"field\":\"data.a\"", "\"manager\":", "\"time\":");
            assertThat(item(items, "ConfigMap", "missing").path("liveState").asText())
                    .isEqualTo("null");
            var secret = item(items, "Secret", "shown");
            assertThat(state(secret, "targetState").at("/data/same").asText())
                    .isEqualTo("++++++++")
                    .isEqualTo(state(secret, "liveState").at("/data/same").asText());
            assertThat(state(secret, "targetState").at("/data/password").asText())
                    .isNotEqualTo(state(secret, "liveState").at("/data/password").asText());
            for (var value : List.of("hunter2", "other-secret", "value")) {
                assertThat(answer.body()).doesNotContain(encoded(value));
            }
            assertThat(answer.body()).doesNotContain("hunter2", "swordfish");
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode item(JsonNode items, String kind, String name) {
        for (var item : items) {
            if (item.path("kind").asText().equals(kind)
                    && item.path("name").asText().equals(name)) {
                return item;
            }
        }
        throw new AssertionError(kind + " " + name + " is not shown");
    }

    private static JsonNode state(JsonNode item, String state) {
        return Tiphys.json(item.path(state).asText());
    }
}
