package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.tiphys.support.GivenCluster;
import io.tiphys.support.HeldPods;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Applications that are deleted, with their resources or without.
@ExtendWith(SharedTiphys.class)
class DeletionJourneyIT {

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s, annotations: {%s}%s}
            ---
            """;

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: leaving, annotations: {argocd.argoproj.io/sync-wave: "1"}}
            spec:
              selector: {matchLabels: {app: leaving}}
              template:
                metadata: {labels: {app: leaving}}
                spec: {containers: [{name: c, image: web:1}]}
            ---
            """;

    private static final String HOOK =
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: %s, annotations: {argocd.argoproj.io/hook: %s}}
            spec:
              backoffLimit: 0
              template:
                metadata: {annotations: %s}
                spec: {restartPolicy: Never, containers: [{name: c, image: job:1}]}
            ---
            """;

    private static final String CASCADE = "[resources-finalizer.argocd.argoproj.io]";

    private final Tiphys tiphys;
    private final SampleClone clone;

    DeletionJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @AfterEach
    void remove() throws Exception {
        if (!isGone()) {
            patch("{\"metadata\": {\"finalizers\": null}}");
            tiphys.applications().withName("leaving").delete();
            eventually().until(this::isGone);
        }
        for (var name : new String[] {"leaving", "second"}) {
            if (map(name).get() != null) {
                map(name).edit(DeletionJourneyIT::released);
                map(name).delete();
            }
        }
        tiphys.cluster().apps().deployments().inNamespace("default").withName("leaving").delete();
        clone.update().deleteAll("leaving").push("Remove what was leaving");
    }

    @Test
    void an_application_goes_with_its_resources() throws Exception {
        // Given
        sync(CASCADE, map("leaving", "", ""), DEPLOYMENT);

        // When
        var answer = delete("");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        eventually().until(this::isGone);
        assertThat(map("leaving").get()).isNull();
        assertThat(
                        tiphys.cluster()
                                .apps()
                                .deployments()
                                .inNamespace("default")
                                .withName("leaving")
                                .get())
                .isNull();
        assertThat(delete("").statusCode()).isEqualTo(404);
    }

    @Test
    void its_resources_stay_if_it_is_told_so() throws Exception {
        // Given
        sync(CASCADE, map("leaving", "", ""));

        // When
        delete("?cascade=false");

        // Then
        eventually().until(this::isGone);
        assertThat(map("leaving").get()).isNotNull();
    }

    @Test
    void hooks_run_before_and_after_its_resources_go() throws Exception {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");

        // Given
        sync(
                CASCADE,
                map("leaving", "", ""),
                HOOK.formatted("before", "PreDelete", HeldPods.ANNOTATION),
                HOOK.formatted("after", "PostDelete", HeldPods.ANNOTATION));
        assertThat(job("before").get()).isNull();

        // When
        delete("");

        // Then
        awaitCondition("waiting for completion of hook batch/Job/before");
        assertThat(map("leaving").get()).isNotNull();
        HeldPods.letGo(tiphys, "before");
        awaitCondition("waiting for completion of hook batch/Job/after");
        assertThat(map("leaving").get()).isNull();
        assertThat(job("before").get()).isNull();
        HeldPods.letGo(tiphys, "after");
        eventually().until(this::isGone);
        assertThat(job("after").get()).isNull();
    }

    @Test
    void a_hook_that_fails_keeps_it_until_the_hook_is_taken_back() throws Exception {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");

        // Given
        sync(
                CASCADE,
                map("leaving", "", ""),
                HOOK.formatted("before", "PreDelete", "{sandbox.tiphys.io/outcome: job-fails}"));

        // When
        delete("");

        // Then
        awaitCondition("PreDelete hook(s) failed: default/before: Job has reached");
        assertThat(map("leaving").get()).isNotNull();

        // When
        clone.update().write("leaving/all.yaml", map("leaving", "", "")).push("No hook any more");

        // Then
        eventually().until(this::isGone);
        assertThat(map("leaving").get()).isNull();
        assertThat(job("before").get()).isNull();
    }

    @Test
    void nothing_goes_before_somebody_approves() throws Exception {
        // Given
        sync(
                CASCADE,
                map("leaving", "argocd.argoproj.io/sync-options: Delete=confirm", ""),
                map("second", "", ""));

        // When
        delete("");

        // Then
        awaitCondition("waiting for deletion confirmation of /ConfigMap/leaving");
        assertThat(map("second").get()).isNotNull();

        // When
        approve();

        // Then
        eventually().until(this::isGone);
        assertThat(map("leaving").get()).isNull();
        assertThat(map("second").get()).isNull();
    }

    @Test
    void a_sync_waits_until_somebody_approves_what_it_prunes() throws Exception {
        // Given
        sync(
                "[]",
                map("leaving", "argocd.argoproj.io/sync-options: Prune=confirm", ""),
                map("second", "", ""));

        // When
        clone.update().write("leaving/all.yaml", map("second", "", "")).push("Drop one");
        eventually()
                .until(
                        () ->
                                message()
                                        .equals(
                                                "waiting for pruning confirmation of"
                                                        + " /ConfigMap/leaving"));
        assertThat(tiphys.application("leaving").at("/status/resources").toString())
                .contains("\"requiresDeletionConfirmation\":true");
        approve();

        // Then
        eventually().until(() -> map("leaving").get() == null);
        eventually().until(() -> message().startsWith("successfully synced"));
    }

    @Test
    void what_somebody_holds_is_named() throws Exception {
        // Given
        sync(CASCADE, map("leaving", "", ", finalizers: [example.org/held]"));

        // When
        delete("?propagationPolicy=background");

        // Then
        awaitCondition("waiting for deletion of /ConfigMap/leaving, held by example.org/held");
        map("leaving").edit(DeletionJourneyIT::released);
        eventually().until(this::isGone);
    }

    @Test
    void a_sync_that_waits_does_not_hold_it() throws Exception {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");

        // Given
        create(
                "[resources-finalizer.argocd.argoproj.io, example.org/held]",
                map("leaving", "", ""),
                HOOK.formatted("before", "PreSync", HeldPods.ANNOTATION));
        eventually()
                .until(() -> message().equals("waiting for completion of hook batch/Job/before"));

        // When
        delete("");

        // Then
        awaitCondition("to remove the Application's finalizer example.org/held");
        assertThat(message()).isEqualTo("Operation terminated");
        assertThat(job("before").get()).isNull();
        patch("{\"metadata\": {\"finalizers\": null}}");
        eventually().until(this::isGone);
    }

    @Test
    void one_whose_specification_is_wrong_goes_as_well() throws Exception {
        // Given
        sync(CASCADE, map("leaving", "", ""));
        patch("{\"spec\": {\"source\": {\"repoURL\": \"\"}}}");
        awaitCondition("repoURL");

        // When
        delete("");

        // Then
        eventually().until(this::isGone);
        assertThat(map("leaving").get()).isNull();
    }

    private static ConfigMap released(ConfigMap map) {
        map.getMetadata().setFinalizers(null);
        return map;
    }

    private static String map(String name, String annotations, String more) {
        return MAP.formatted(name, annotations, more);
    }

    private void sync(String finalizers, String... manifests) throws Exception {
        var commit = create(finalizers, manifests);
        tiphys.awaitSynced("leaving", commit);
        eventually().until(() -> message().startsWith("successfully synced"));
    }

    /// @return the commit
    private String create(String finalizers, String... manifests) throws Exception {
        var commit =
                clone.update()
                        .write("leaving/all.yaml", String.join("", manifests))
                        .push("Make something to be deleted");
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata:
                  name: leaving
                  namespace: argocd
                  finalizers: %s
                spec:
                  project: default
                  source: {repoURL: "@SAMPLE@", targetRevision: main, path: leaving}
                  destination: {server: "https://kubernetes.default.svc", namespace: default}
                  syncPolicy: {automated: {prune: true}}
                """
                        .formatted(finalizers));
        return commit;
    }

    private HttpResponse<String> delete(String query) {
        return tiphys.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        tiphys.endpoint("api")
                                                + "/api/v1/applications/leaving"
                                                + query))
                        .DELETE()
                        .build());
    }

    private void approve() {
        patch(
                """
                {"metadata": {"annotations": {"argocd.argoproj.io/deletion-approved": "%s"}}}
                """
                        .formatted(Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS)));
    }

    private void patch(String patch) {
        tiphys.patch("leaving", patch);
    }

    private boolean isGone() {
        return tiphys.get("/api/v1/applications/leaving").statusCode() == 404;
    }

    private String message() {
        return tiphys.application("leaving").at("/status/operationState/message").asText();
    }

    private void awaitCondition(String words) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.application("leaving")
                                                        .at("/status/conditions")
                                                        .toString())
                                        .contains(words));
    }

    private Resource<ConfigMap> map(String name) {
        return tiphys.cluster().configMaps().inNamespace("default").withName(name);
    }

    private Resource<Job> job(String name) {
        return tiphys.cluster().batch().v1().jobs().inNamespace("default").withName(name);
    }
}
