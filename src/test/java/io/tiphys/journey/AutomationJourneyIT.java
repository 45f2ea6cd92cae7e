package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.tiphys.support.GivenCluster;
import io.tiphys.support.HeldPods;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of syncs that fail, wait, are overtaken, depend on others, or are taken back. Each
/// test has an Application and a folder of its own.
class AutomationJourneyIT {

    private static final String AUTOMATED = "automated: {prune: true, selfHeal: true}";

    private static final String HOUR =
            "retry: {limit: 5, backoff: {duration: 1h, maxDuration: 1h}}";

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s, namespace: %s, annotations: {argocd.argoproj.io/sync-wave: "1"}}
            data: {value: "%s"}
            """;

    private static final String ANNOTATED =
            "{\"metadata\": {\"annotations\": {\"test/count\": \"%s\"}}}";

    private static final String GATE =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %s}
            spec:
              selector: {matchLabels: {app: %s}}
              template:
                metadata: {labels: {app: %s}, annotations: %s}
                spec: {containers: [{name: c, image: web:1}]}
            ---
            """;

    private static Tiphys tiphys;

    @BeforeAll
    static void start(@TempDir Path data) {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");
        tiphys = Tiphys.start(data);
    }

    @AfterAll
    static void end() {
        if (tiphys != null) {
            tiphys.close();
        }
    }

    @Test
    void a_failed_sync_is_tried_again_also_after_a_restart() throws Exception {
        // Given
        push("later", MAP.formatted("later", "later", "1"));
        create("later", "", AUTOMATED + ", retry: {limit: 5, backoff: {duration: 20s, factor: 1}}");
        awaitMessage("later", "Retrying attempt #1 at ");
        var startedAt = state("later").path("startedAt").asText();

        // When
        tiphys.kill();
        tiphys.restart();
        namespace("later");

        // Then
        var state = await("later", "Succeeded");
        assertThat(state.path("startedAt").asText()).isEqualTo(startedAt);
        assertThat(state.path("retryCount").asInt()).isPositive();
        assertThat(map("later", "later")).isEqualTo("1");
    }

    @Test
    void a_sync_that_waits_for_its_next_try_is_ended_by_the_api() throws Exception {
        // Given
        push("given-up", MAP.formatted("given-up", "given-up", "1"));
        create("given-up", "", AUTOMATED + ", " + HOUR);
        awaitMessage("given-up", "Retrying attempt #1 at ");
        assertThat(conditions("given-up")).isEmpty();

        // When
        var answer = delete("/api/v1/applications/given-up/operation");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(await("given-up", "Failed").path("message").asText())
                .isEqualTo("Operation terminated (retried 1 times).");
        eventually()
                .until(
                        () ->
                                conditions("given-up")
                                        .contains("SyncError: Failed last sync attempt to ["));
        assertThat(delete("/api/v1/applications/given-up/operation").statusCode()).isEqualTo(400);
    }

    @Test
    void an_operation_asked_for_takes_the_place_of_one_that_waits() throws Exception {
        // Given
        push("asked", MAP.formatted("asked", "asked", "1"));
        create("asked", "", AUTOMATED + ", " + HOUR);
        awaitMessage("asked", "Retrying attempt #1 at ");
        namespace("asked");

        // When
        tiphys.patch(
                "asked",
                """
                {"operation": {"sync": {}, "initiatedBy": {"username": "ada"}}}
                """);

        // Then
        var state = await("asked", "Succeeded");
        assertThat(state.at("/operation/initiatedBy/username").asText()).isEqualTo("ada");
    }

    @Test
    void a_sync_stays_at_its_revision_while_git_moves() throws Exception {
        // Given
        var first = push("steady", gate("steady") + MAP.formatted("steady", "default", "1"));
        create("steady", "", AUTOMATED);
        awaitMessage("steady", "waiting for healthy state of apps/Deployment/steady");

        // When
        var second = push("steady", gate("steady") + MAP.formatted("steady", "default", "2"));
        tiphys.refresh("steady", "normal");
        eventually()
                .until(
                        () ->
                                !tiphys.application("steady")
                                        .at("/metadata/annotations")
                                        .has("argocd.argoproj.io/refresh"));

        // Then
        assertThat(state("steady").at("/syncResult/revision").asText()).isEqualTo(first);
        HeldPods.letGo(tiphys, "steady");
        tiphys.awaitSynced("steady", second);
        assertThat(map("default", "steady")).isEqualTo("2");
        assertThat(tiphys.application("steady").at("/status/history"))
                .extracting(it -> it.path("revision").asText())
                .containsExactly(first, second);
    }

    @Test
    void something_newer_overtakes_a_sync_that_waits_if_that_is_wanted() throws Exception {
        // Given
        var first =
                push("overtaken", gate("overtaken") + MAP.formatted("overtaken", "default", "1"));
        create("overtaken", "tiphys.io/supersede: \"true\"", AUTOMATED);
        awaitMessage("overtaken", "waiting for healthy state of apps/Deployment/overtaken");
        assertThat(state("overtaken").at("/syncResult/revision").asText()).isEqualTo(first);

        // When
        var second = push("overtaken", MAP.formatted("overtaken", "default", "2"));

        // Then
        tiphys.awaitSynced("overtaken", second);
        assertThat(map("default", "overtaken")).isEqualTo("2");
        assertThat(
                        tiphys.cluster()
                                .apps()
                                .deployments()
                                .inNamespace("default")
                                .withName("overtaken")
                                .get())
                .isNull();
    }

    @Test
    void a_deployment_of_the_history_comes_back_by_the_api() throws Exception {
        // Given
        var first = push("back", MAP.formatted("back", "default", "1"));
        create("back", "annotated: \"yes\"", "syncOptions: []");
        assertThat(post("/api/v1/applications/back/sync", "{}").statusCode()).isEqualTo(200);
        tiphys.awaitSynced("back", first);
        await("back", "Succeeded");
        var second = push("back", MAP.formatted("back", "default", "2"));
        assertThat(post("/api/v1/applications/back/sync", "{\"prune\": true}").statusCode())
                .isEqualTo(200);
        tiphys.awaitSynced("back", second);
        await("back", "Succeeded");

        // When
        var answer = post("/api/v1/applications/back/rollback", "{\"id\": \"0\"}");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        eventually().until(() -> map("default", "back").equals("1"));
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(tiphys.application("back").at("/status/history"))
                                        .extracting(
                                                it -> it.path("id").asInt(),
                                                it -> it.path("revision").asText())
                                        .containsExactly(
                                                tuple(0, first),
                                                tuple(1, second),
                                                tuple(2, first)));
        eventually()
                .until(
                        () ->
                                tiphys.application("back")
                                        .at("/status/sync/status")
                                        .asText()
                                        .equals("OutOfSync"));
    }

    @Test
    void what_others_write_into_an_application_keeps_no_operation_from_it() throws Exception {
        // Given
        var commit = push("busy", MAP.formatted("busy", "default", "1"));
        create("busy", "", AUTOMATED);
        tiphys.awaitSynced("busy", commit);
        await("busy", "Succeeded");
        var ends = new AtomicBoolean();
        var others =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int count = 0; !ends.get(); count++) {
                                        tiphys.patch("busy", ANNOTATED.formatted(count));
                                    }
                                });

        // When
        var answers = new ArrayList<Integer>();
        try {
            for (int sync = 0; sync < 20; sync++) {
                answers.add(post("/api/v1/applications/busy/sync", "{}").statusCode());
                eventually().until(() -> !tiphys.application("busy").has("operation"));
                await("busy", "Succeeded");
            }
        } finally {
            ends.set(true);
            others.join();
        }

        // Then
        assertThat(answers).containsOnly(200);
    }

    @Test
    void an_automated_application_is_not_rolled_back() throws Exception {
        var commit = push("forward", MAP.formatted("forward", "default", "1"));
        create("forward", "", AUTOMATED);
        tiphys.awaitSynced("forward", commit);

        var answer = post("/api/v1/applications/forward/rollback", "{\"id\": 0}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Tiphys.json(answer.body()).path("message").asText())
                .isEqualTo("rollback cannot be initiated when auto-sync is enabled");
    }

    @Test
    void an_application_waits_for_those_that_it_depends_on() throws Exception {
        // Given
        push("store", gate("store"));
        var commit = push("front", MAP.formatted("front", "default", "1"));

        // When
        create("front", "tiphys.io/depends-on: store", AUTOMATED);
        eventually()
                .until(
                        () ->
                                conditions("front")
                                        .contains("Waiting for argocd/store (there is none)"));
        create("store", "", AUTOMATED);
        eventually()
                .until(
                        () ->
                                tiphys.get("/api/v1/applications/store").statusCode() == 200
                                        && tiphys.application("store")
                                                .at("/status/health/status")
                                                .asText()
                                                .equals("Progressing"));
        assertThat(state("front").isMissingNode()).isTrue();
        HeldPods.letGo(tiphys, "store");

        // Then
        tiphys.awaitSynced("front", commit);
        assertThat(conditions("front")).isEmpty();
    }

    private static String gate(String name) {
        return GATE.formatted(name, name, name, HeldPods.ANNOTATION);
    }

    private static void namespace(String name) {
        tiphys.cluster()
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                .create();
    }

    private static String push(String folder, String manifests) throws Exception {
        try (var clone = tiphys.cloneSample()) {
            return clone.write(folder + "/all.yaml", manifests).push("Change " + folder);
        }
    }

    private static void create(String name, String annotations, String syncPolicy) {
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: {name: %s, namespace: argocd, annotations: {test/name: x%s}}
                spec:
                  project: default
                  source: {repoURL: "@SAMPLE@", targetRevision: main, path: %s}
                  destination: {server: "https://kubernetes.default.svc", namespace: default}
                  syncPolicy: {%s}
                """
                        .formatted(
                                name,
                                annotations.isEmpty() ? "" : ", " + annotations,
                                name,
                                syncPolicy));
    }

    private static void awaitMessage(String name, String words) {
        eventually().until(() -> state(name).path("message").asText().contains(words));
    }

    private static JsonNode await(String name, String phase) {
        return eventually().until(() -> state(name), it -> it.path("phase").asText().equals(phase));
    }

    private static JsonNode state(String name) {
        var answer = tiphys.get("/api/v1/applications/" + name);
        return Tiphys.json(answer.body()).at("/status/operationState");
    }

    private static String conditions(String name) {
        var text = new StringBuilder();
        for (var it : tiphys.application(name).at("/status/conditions")) {
            text.append(it.path("type").asText())
                    .append(": ")
                    .append(it.path("message").asText())
                    .append('\n');
        }
        return text.toString();
    }

    private static String map(String namespace, String name) {
        var found = tiphys.cluster().configMaps().inNamespace(namespace).withName(name).get();
        return found == null ? "" : found.getData().get("value");
    }

    private static HttpResponse<String> post(String path, String body) {
        return tiphys.post(
                path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    private static HttpResponse<String> delete(String path) {
        return tiphys.send(
                HttpRequest.newBuilder(URI.create(tiphys.endpoint("api") + path)).DELETE().build());
    }
}
