package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.HeldPods;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An Application may do what its project permits, from the moment that it does, and nothing else.
@ExtendWith(SharedTiphys.class)
class ProjectJourneyIT {

    private static final String PROJECT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: %s, namespace: argocd}
            spec:
              sourceRepos: ["%s"]
              destinations: [{server: "*", namespace: default}]
              clusterResourceWhitelist: [%s]
            """;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: %1$s
              source: {repoURL: "@SAMPLE@", path: %1$s, targetRevision: HEAD}
              destination: {server: "https://kubernetes.default.svc", namespace: %2$s}
              syncPolicy: {automated: {prune: true, selfHeal: true}, retry: {limit: 0}}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s}
            """;

    private static final String ELSEWHERE = "https://elsewhere.test/*";

    private final Tiphys tiphys;
    private final SampleClone clone;

    ProjectJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @Test
    void a_project_that_is_made_mended_and_deleted_counts_at_once() throws Exception {
        // Given
        var commit = clone.write("bound/map.yaml", MAP.formatted("bound")).push("A bound folder");
        tiphys.create(APPLICATION.formatted("bound", "default"));

        // Then
        awaitProblem("bound", "Application referencing project bound which does not exist");

        // When
        project("bound", ELSEWHERE, "");

        // Then
        awaitProblem("bound", otherRepository("bound"));
        assertThat(map("bound")).isFalse();
        assertThat(resources("bound")).isEqualTo(403);

        // When
        project("bound", "*", "");

        // Then
        tiphys.awaitSynced("bound", commit);
        assertThat(map("bound")).isTrue();
        assertThat(tiphys.application("bound").at("/status/conditions").isEmpty()).isTrue();
        assertThat(resources("bound")).isEqualTo(200);

        // When
        deleteProject("bound");

        // Then
        awaitProblem("bound", "Application referencing project bound which does not exist");
        assertThat(map("bound")).isTrue();
        assertThat(resources("bound")).isEqualTo(403);
    }

    @Test
    void a_namespace_that_is_none_of_the_projects_is_not_deployed_to() throws Exception {
        clone.write("outside/map.yaml", MAP.formatted("outside")).push("An outside folder");
        project("outside", "*", "");
        tiphys.create(APPLICATION.formatted("outside", "kube-system"));

        awaitProblem(
                "outside",
                "application destination server 'https://kubernetes.default.svc' and namespace"
                        + " 'kube-system' do not match any of the allowed destinations in project"
                        + " 'outside'");
    }

    @Test
    void one_resource_that_may_not_be_leaves_all_unwritten_until_it_may() throws Exception {
        // Given
        var commit =
                clone.write("kinds/map.yaml", MAP.formatted("kinds"))
                        .write(
                                "kinds/class.yaml",
                                """
                                apiVersion: scheduling.k8s.io/v1
                                kind: PriorityClass
                                metadata: {name: kinds}
                                value: 1
                                """)
                        .write(
                                "kinds/elsewhere.yaml",
                                """
                                apiVersion: v1
                                kind: ConfigMap
                                metadata: {name: kinds, namespace: kube-public}
                                """)
                        .push("Resources that may not be");
        project("kinds", "*", "");

        // When
        tiphys.create(APPLICATION.formatted("kinds", "default"));

        // Then
        eventually()
                .untilAsserted(
                        () -> {
                            var state = tiphys.application("kinds").at("/status/operationState");
                            assertThat(state.path("phase").asText()).isEqualTo("Failed");
                            assertThat(state.path("message").asText())
                                    .isEqualTo("one or more synchronization tasks are not valid");
                            assertThat(state.at("/syncResult/resources").toString())
                                    .contains(
                                            "resource scheduling.k8s.io:PriorityClass is not"
                                                    + " permitted in project kinds",
                                            "namespace kube-public is not permitted in project"
                                                    + " 'kinds'",
                                            "SyncFailed");
                        });
        assertThat(map("kinds")).isFalse();

        // When
        clone.delete("kinds/elsewhere.yaml");
        commit = push("kinds", "{group: scheduling.k8s.io, kind: PriorityClass}");

        // Then
        tiphys.awaitSynced("kinds", commit);
        assertThat(map("kinds")).isTrue();

        // When
        clone.delete("kinds/class.yaml");
        commit = push("kinds", "");

        // Then
        tiphys.awaitSynced("kinds", commit);
        assertThat(tiphys.cluster().scheduling().v1().priorityClasses().withName("kinds").get())
                .as("what is none of the project's is not pruned")
                .isNotNull();
    }

    @Test
    void a_project_that_vanishes_ends_the_sync_that_is_under_way() throws Exception {
        // Given
        clone.write(
                        "vanishing/deployment.yaml",
                        """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: vanishing}
                        spec:
                          selector: {matchLabels: {app: vanishing}}
                          template:
                            metadata: {labels: {app: vanishing}, annotations: %s}
                            spec: {containers: [{name: main, image: "registry.local/a:1"}]}
                        """
                                .formatted(HeldPods.ANNOTATION))
                .write(
                        "vanishing/map.yaml",
                        MAP.replace(
                                        "{name: %s}",
                                        "{name: %s, annotations:"
                                                + " {argocd.argoproj.io/sync-wave: '1'}}")
                                .formatted("vanishing"))
                .push("Something to wait for");
        project("vanishing", "*", "");
        tiphys.create(APPLICATION.formatted("vanishing", "default"));
        awaitOperation(
                "vanishing", "Running", "waiting for healthy state of apps/Deployment/vanishing");

        // When
        deleteProject("vanishing");

        // Then
        awaitOperation(
                "vanishing",
                "Error",
                "Failed to load application project: Application referencing project vanishing"
                        + " which does not exist");
        assertThat(map("vanishing")).isFalse();
    }

    @Test
    void an_operation_may_not_name_another_repository() throws Exception {
        // Given
        var commit = clone.write("asked/map.yaml", MAP.formatted("asked")).push("A folder");
        project("asked", tiphys.endpoint("sampleRepository"), "");
        tiphys.create(APPLICATION.formatted("asked", "default"));
        tiphys.awaitSynced("asked", commit);

        // When
        tiphys.patch(
                "asked",
                """
                {"operation": {"sync": {"source":
                  {"repoURL": "https://elsewhere.test/a", "path": "a"}}}}
                """);

        // Then
        awaitOperation(
                "asked",
                "Error",
                "application repo https://elsewhere.test/a is not permitted in project 'asked'");
        eventually()
                .untilAsserted(
                        () -> {
                            var application = tiphys.application("asked");
                            assertThat(application.has("operation")).isFalse();
                            assertThat(application.at("/status/conditions").isEmpty()).isTrue();
                            assertThat(application.at("/status/sync/status").asText())
                                    .isEqualTo("Synced");
                        });
    }

    /// Tags of one repository and branch are written one after another: what was written of a later
    /// one shows that nothing was of an earlier one.
    @Test
    void what_a_project_does_not_permit_is_not_written_to_either() throws Exception {
        // Given
        var pod =
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: images}
                spec: {containers: [{name: main, image: "registry.local/team/bounded:1.0.0"}]}
                """;
        var before =
                clone.write("images/pod.yaml", pod)
                        .write("noimages/pod.yaml", pod)
                        .push("Images of two");
        project("images", "*", "");
        project("noimages", ELSEWHERE, "");
        for (var name : List.of("images", "noimages")) {
            tiphys.create(
                    APPLICATION
                            .formatted(name, "default")
                            .replace(
                                    "namespace: argocd}",
                                    "namespace: argocd, annotations:"
                                            + " {argocd-image-updater.argoproj.io/image-list:"
                                            + " 'registry.local/team/bounded:1.x',"
                                            + " argocd-image-updater.argoproj.io/write-back-method:"
                                            + " git,"
                                            + " argocd-image-updater.argoproj.io/write-back-target:"
                                            + " manifests}}")
                            .replace("HEAD", "main"));
        }
        tiphys.awaitSynced("images", before);

        // When
        var deliveries = new Deliveries(tiphys);
        for (var tag : List.of("1.1.0", "1.2.0")) {
            deliveries.imagePushed("team/bounded", tag);
            eventually().until(() -> clone.update().read("images/pod.yaml").contains(tag));
        }

        // Then
        assertThat(clone.read("noimages/pod.yaml")).contains(":1.0.0");
    }

    private void awaitOperation(String application, String phase, String words) {
        eventually()
                .untilAsserted(
                        () -> {
                            var state =
                                    tiphys.application(application).at("/status/operationState");
                            assertThat(state.path("phase").asText()).isEqualTo(phase);
                            assertThat(state.path("message").asText()).contains(words);
                        });
    }

    private void deleteProject(String name) {
        tiphys.cluster()
                .genericKubernetesResources("argoproj.io/v1alpha1", "AppProject")
                .inNamespace("argocd")
                .withName(name)
                .delete();
    }

    private void project(String name, String repositories, String clusterKinds) {
        tiphys.cluster()
                .resource(PROJECT.formatted(name, repositories, clusterKinds))
                .forceConflicts()
                .serverSideApply();
    }

    /// Has a project permit other kinds and its Application be made of something else. Whichever
    /// the service hears of first, it syncs neither without the other.
    private String push(String name, String clusterKinds) throws Exception {
        project(name, ELSEWHERE, clusterKinds);
        awaitProblem(name, otherRepository(name));
        var commit = clone.push("Something else");
        project(name, "*", clusterKinds);
        return commit;
    }

    private String otherRepository(String project) {
        return "application repo %s is not permitted in project '%s'"
                .formatted(tiphys.endpoint("sampleRepository"), project);
    }

    private void awaitProblem(String application, String problem) {
        eventually()
                .untilAsserted(
                        () -> {
                            var condition =
                                    tiphys.application(application).at("/status/conditions/0");
                            assertThat(condition.path("type").asText())
                                    .isEqualTo("InvalidSpecError");
                            assertThat(condition.path("message").asText()).isEqualTo(problem);
                        });
    }

    /// The status of the answer to who asks for them.
    private int resources(String application) throws Exception {
        return tiphys.get("/api/v1/applications/" + application + "/managed-resources")
                .statusCode();
    }

    private boolean map(String name) {
        return tiphys.cluster().configMaps().inNamespace("default").withName(name).get() != null;
    }
}
