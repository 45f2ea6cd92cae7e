package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.DEPLOYMENTS;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static io.tiphys.dev.sandbox.ASandbox.PODS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LifeTest {

    private static final String JOBS = "/apis/batch/v1/namespaces/default/jobs";

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.withLife();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static JsonNode status(String path) {
        return sandbox.get(path).body().path("status");
    }

    private static String condition(String path, String type) {
        for (var condition : status(path).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText() + " " + condition.path("reason").asText();
            }
        }
        return "";
    }

    private static boolean rolledOut(String path, int replicas) {
        var body = sandbox.get(path).body();
        var status = body.path("status");
        return status.path("observedGeneration").equals(body.at("/metadata/generation"))
                && status.path("updatedReplicas").asInt() == replicas
                && status.path("availableReplicas").asInt() == replicas
                && status.path("replicas").asInt() == replicas;
    }

    private static JsonNode podsOf(String app) {
        return sandbox.get(PODS + "?labelSelector=app%3D" + app).body().path("items");
    }

    private static String annotated(String key, String value) {
        return "annotations: {sandbox.tiphys.io/%s: '%s'}".formatted(key, value);
    }

    @Test
    void a_deployment_becomes_available_and_rolls_to_its_next_template() {
        var path = DEPLOYMENTS + "/web";
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("web", ""));
        await().until(() -> rolledOut(path, 2));
        assertThat(condition(path, "Available")).isEqualTo("True MinimumReplicasAvailable");
        await().until(() -> condition(path, "Progressing").equals("True NewReplicaSetAvailable"));
        sandbox.patch(
                ASandbox.STRATEGIC,
                path,
                "{spec: {template: {spec: {containers: [{name: main, image: 'nginx:2'}]}}}}");
        await().until(() -> rolledOut(path, 2));
        assertThat(podsOf("web").findValuesAsText("image")).containsOnly("nginx:2");
        assertThat(
                        sandbox.get(path)
                                .text("/metadata/annotations/deployment.kubernetes.io~1revision"))
                .isEqualTo("2");
    }

    @Test
    void a_crash_looping_version_never_replaces_the_good_one() {
        var path = DEPLOYMENTS + "/crash";
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("crash", ""));
        await().until(() -> rolledOut(path, 2));
        sandbox.patch(
                MERGE,
                path,
                "{spec: {template: {metadata: {annotations: {sandbox.tiphys.io/outcome:"
                        + " crash-loop}}}}}");
        await().until(
                        () ->
                                podsOf("crash")
                                        .findValuesAsText("reason")
                                        .contains("CrashLoopBackOff"));
        assertThat(status(path).path("availableReplicas").asInt()).isEqualTo(2);
        assertThat(status(path).path("updatedReplicas").asInt()).isEqualTo(1);
    }

    @Test
    void an_image_that_cannot_be_pulled_leaves_its_pod_pending() {
        sandbox.post(
                DEPLOYMENTS,
                ASandbox.deployment("pull", annotated("outcome", "image-pull-failure")));
        await().until(() -> podsOf("pull").findValuesAsText("reason").contains("ImagePullBackOff"));
        assertThat(podsOf("pull").get(0).at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(condition(DEPLOYMENTS + "/pull", "Available"))
                .isEqualTo("False MinimumReplicasUnavailable");
    }

    @Test
    void readiness_can_be_put_off() {
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("slow", annotated("ready-after", "300ms")));
        await().until(() -> podsOf("slow").findValuesAsText("phase").contains("Pending"));
        await().until(() -> rolledOut(DEPLOYMENTS + "/slow", 2));
    }

    @Test
    void a_controller_can_be_late_to_see_a_change() {
        var late = "annotations: {sandbox.tiphys.io/observed-after: 2s}";
        var web = DEPLOYMENTS + "/late";
        sandbox.post(
                DEPLOYMENTS,
                ASandbox.deployment("late", "")
                        .replace("name: late}", "name: late, " + late + "}"));
        await().until(() -> status(web).path("observedGeneration").asInt() == 1);

        var scaled = sandbox.patch(MERGE, web, "{spec: {replicas: 3}}");

        assertThat(scaled.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(status(web).path("observedGeneration").asInt()).isEqualTo(1);
        await().until(() -> status(web).path("observedGeneration").asInt() == 2);
        await().until(() -> rolledOut(web, 3));
    }

    @Test
    void a_job_completes_or_fails_as_told() {
        var spec =
                "spec: {backoffLimit: 1, template: {%sspec: {restartPolicy: Never, containers:"
                        + " [{name: a, image: b}]}}}}";
        sandbox.post(JOBS, "{metadata: {name: good}, " + spec.formatted(""));
        await().until(
                        () ->
                                condition(JOBS + "/good", "Complete")
                                        .equals("True CompletionsReached"));
        assertThat(status(JOBS + "/good").path("succeeded").asInt()).isEqualTo(1);
        var failing = spec.formatted("metadata: {" + annotated("outcome", "job-fails") + "}, ");
        sandbox.post(JOBS, "{metadata: {name: bad}, " + failing);
        await().until(() -> condition(JOBS + "/bad", "Failed").equals("True BackoffLimitExceeded"));
        assertThat(status(JOBS + "/bad").path("failed").asInt()).isEqualTo(2);
    }

    @Test
    void a_stateful_set_numbers_its_pods_and_makes_their_claims() {
        var path = "/apis/apps/v1/namespaces/default/statefulsets";
        sandbox.post(
                path,
                """
                metadata: {name: db}
                spec:
                  replicas: 2
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec: {containers: [{name: main, image: "pg:1", volumeMounts: [{name: data, mountPath: /d}]}]}
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        await().until(() -> status(path + "/db").path("readyReplicas").asInt() == 2);
        assertThat(sandbox.get(PODS + "/db-1").code()).isEqualTo(200);
        await().until(
                        () ->
                                status(
                                                "/api/v1/namespaces/default/persistentvolumeclaims/data-db-1")
                                        .path("phase")
                                        .asText()
                                        .equals("Bound"));
        sandbox.patch(
                MERGE, path + "/db", "{spec: {template: {metadata: {annotations: {new: 'yes'}}}}}");
        await().until(
                        () -> {
                            var status = status(path + "/db");
                            return status.path("updatedReplicas").asInt() == 2
                                    && status.path("readyReplicas").asInt() == 2
                                    && status.path("currentRevision")
                                            .equals(status.path("updateRevision"));
                        });
    }

    @Test
    void a_daemon_set_runs_on_the_one_node() {
        var path = "/apis/apps/v1/namespaces/default/daemonsets";
        var yaml =
                ASandbox.deployment("agent", "")
                        .replace("kind: Deployment", "kind: DaemonSet")
                        .replace("  replicas: 2\n", "");
        assertThat(sandbox.post(path, yaml).code()).isEqualTo(201);
        await().until(() -> status(path + "/agent").path("numberAvailable").asInt() == 1);
    }

    @Test
    void a_service_finds_the_pods_it_selects() {
        var services = "/api/v1/namespaces/default/services";
        sandbox.post(
                services,
                "{metadata: {name: front}, spec: {selector: {app: front}, ports: [{port: 80}]}}");
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("front", ""));
        await().until(
                        () ->
                                sandbox.get("/api/v1/namespaces/default/endpoints/front")
                                                .body()
                                                .at("/subsets/0/addresses")
                                                .size()
                                        == 2);
    }

    @Test
    void a_deleted_deployment_takes_its_pods_along() {
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("brief", ""));
        await().until(() -> rolledOut(DEPLOYMENTS + "/brief", 2));
        sandbox.delete(DEPLOYMENTS + "/brief");
        await().until(() -> podsOf("brief").isEmpty());
    }
}
