package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import io.tiphys.support.GivenCluster;
import io.tiphys.support.HeldPods;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Hooks run around what is applied, and waves wait. The sandbox cluster is told how its pods fare,
/// which no other cluster understands.
@ExtendWith(SharedTiphys.class)
class HooksJourneyIT {

    private static final String JOB =
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: %s, annotations: {%s}}
            spec:
              backoffLimit: 0
              %s
              template:
                metadata: {annotations: %s}
                spec: {restartPolicy: Never, containers: [{name: c, image: job:1}]}
            ---
            """;

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: staged}
            spec:
              selector: {matchLabels: {app: staged}}
              template:
                metadata: {labels: {app: staged}, annotations: %s}
                spec: {containers: [{name: c, image: web:1}]}
            ---
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: staged, annotations: {argocd.argoproj.io/sync-wave: "1"}}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;

    HooksJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @BeforeAll
    static void needPods() {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName("staged").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/staged").statusCode() != 200);
        for (var name : new String[] {"before", "after", "alarm"}) {
            // The service may be letting go of it as well, and then it is not there any more.
            eventually().ignoreExceptions().until(() -> isGone(job(name)));
        }
        tiphys.cluster().apps().deployments().inNamespace("default").withName("staged").delete();
        map().delete();
        clone.update().deleteAll("staged").push("Remove what is staged");
    }

    @Test
    void jobs_run_before_and_after_a_deployment() throws Exception {
        // When
        var commit =
                sync(
                        hook("before", "PreSync", "", "{}"),
                        DEPLOYMENT.formatted("{}"),
                        hook(
                                "after",
                                "PostSync",
                                ", argocd.argoproj.io/hook-delete-policy: HookSucceeded",
                                "{}"));

        // Then
        var state = await(it -> it.path("phase").asText().equals("Succeeded"));
        assertThat(state.at("/syncResult/revision").asText()).isEqualTo(commit);
        assertThat(results(state))
                .isEqualTo("PreSync before Succeeded, Sync staged , PostSync after Succeeded");
        var deployment = tiphys.deployment("default", "staged");
        assertThat(deployment.getStatus().getAvailableReplicas()).isEqualTo(1);
        assertThat(job("before").get().getStatus().getCompletionTime())
                .isLessThanOrEqualTo(deployment.getMetadata().getCreationTimestamp());
        eventually().until(() -> job("before").get().getMetadata().getFinalizers().isEmpty());
        eventually().until(() -> job("after").get() == null);
        assertThat(tiphys.application("staged").has("operation")).isFalse();
        assertThat(tiphys.application("staged").at("/status/history")).hasSize(1);
    }

    @Test
    void a_hook_that_fails_fails_the_sync_and_runs_the_hook_for_that() throws Exception {
        // When
        sync(
                hook("before", "PreSync", "", "{sandbox.tiphys.io/outcome: job-fails}"),
                hook("alarm", "SyncFail", "", "{}"),
                MAP);

        // Then
        var state = await(it -> it.path("phase").asText().equals("Failed"));
        assertThat(state.path("message").asText())
                .contains("Job/before: Job has reached the specified backoff limit");
        assertThat(results(state)).isEqualTo("PreSync before Failed, SyncFail alarm Succeeded");
        assertThat(map().get()).isNull();
        assertThat(tiphys.application("staged").at("/status/conditions").toString())
                .contains("SyncError");
    }

    @Test
    void a_wave_waits_for_a_deployment_that_becomes_available_late() throws Exception {
        // Given
        sync(DEPLOYMENT.formatted(HeldPods.ANNOTATION), MAP);
        awaitMessage("waiting for healthy state of apps/Deployment/staged");
        assertThat(map().get()).isNull();

        // When
        HeldPods.letGo(tiphys, "staged");

        // Then
        await(it -> it.path("phase").asText().equals("Succeeded"));
        assertThat(map().get()).isNotNull();
    }

    @Test
    void a_hook_that_is_deleted_when_it_has_ended_is_seen() throws Exception {
        // When
        sync(
                JOB.formatted(
                        "before",
                        "argocd.argoproj.io/hook: PreSync",
                        "ttlSecondsAfterFinished: 0",
                        "{}"),
                MAP);

        // Then
        var state = await(it -> it.path("phase").asText().equals("Succeeded"));
        assertThat(results(state)).isEqualTo("PreSync before Succeeded, Sync staged ");
        eventually().until(() -> job("before").get() == null);
    }

    @Test
    void a_running_hook_is_stopped_when_somebody_ends_the_operation() throws Exception {
        // Given
        sync(hook("before", "PreSync", "", HeldPods.ANNOTATION), MAP);
        awaitMessage("waiting for completion of hook batch/Job/before");

        // When
        tiphys.patch("staged", "{\"status\": {\"operationState\": {\"phase\": \"Terminating\"}}}");

        // Then
        var state = await(it -> it.path("phase").asText().equals("Failed"));
        assertThat(state.path("message").asText()).isEqualTo("Operation terminated");
        eventually().until(() -> job("before").get() == null);
        assertThat(map().get()).isNull();
    }

    private static boolean isGone(ScalableResource<Job> job) {
        if (job.get() != null) {
            job.edit(HooksJourneyIT::released);
            job.delete();
        }
        return job.get() == null;
    }

    private static Job released(Job job) {
        job.getMetadata().setFinalizers(List.of());
        return job;
    }

    private static String hook(String name, String type, String annotations, String pods) {
        return JOB.formatted(name, "argocd.argoproj.io/hook: " + type + annotations, "", pods);
    }

    /// @return the commit
    private String sync(String... manifests) throws Exception {
        var commit =
                clone.update()
                        .write("staged/all.yaml", String.join("", manifests))
                        .push("Stage something");
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata:
                  name: staged
                  namespace: argocd
                spec:
                  project: default
                  source:
                    repoURL: "@SAMPLE@"
                    targetRevision: main
                    path: staged
                  destination:
                    server: https://kubernetes.default.svc
                    namespace: default
                """);
        tiphys.patch("staged", "{\"operation\": {\"sync\": {\"prune\": true}}}");
        return commit;
    }

    private void awaitMessage(String message) {
        await(it -> it.path("message").asText().equals(message));
    }

    private JsonNode await(Predicate<JsonNode> condition) {
        return eventually()
                .until(() -> tiphys.application("staged").at("/status/operationState"), condition);
    }

    private static String results(JsonNode state) {
        var results = new StringBuilder();
        for (var result : state.at("/syncResult/resources")) {
            results.append(results.isEmpty() ? "" : ", ")
                    .append(result.path("syncPhase").asText())
                    .append(' ')
                    .append(result.path("name").asText())
                    .append(' ')
                    .append(result.path("hookPhase").asText());
        }
        return results.toString();
    }

    private ScalableResource<Job> job(String name) {
        return tiphys.cluster().batch().v1().jobs().inNamespace("default").withName(name);
    }

    private Resource<ConfigMap> map() {
        return tiphys.cluster().configMaps().inNamespace("default").withName("staged");
    }
}
