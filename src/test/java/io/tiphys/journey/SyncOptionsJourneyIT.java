package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tiphys.support.GivenCluster;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Syncs do as their options say, and nothing of a wave in which something is wrong.
///
/// Long because each option is a journey of the same Application.
@ExtendWith(SharedTiphys.class)
class SyncOptionsJourneyIT {

    private static final String NAMESPACE = "optional";
    private static final String AUTOMATED = ", automated: {prune: true}, retry: {limit: 0}";

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s, annotations: {argocd.argoproj.io/sync-options: "%s"}}
            data: {%s}
            ---
            """;

    private static final String SERVICE =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, annotations: {argocd.argoproj.io/sync-options: "%s"}}
            spec: {clusterIP: %s, selector: {app: web}, ports: [{port: 80}]}
            ---
            """;

    private static final String WIDGETS =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: gadgets.optional.tiphys.io}
            spec:
              group: optional.tiphys.io
              scope: Namespaced
              names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties: {spec: {type: object, properties: {size: {type: integer}}}}
            ---
            apiVersion: optional.tiphys.io/v1
            kind: Gadget
            metadata: {name: one}
            spec: {size: 1}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;

    SyncOptionsJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName(NAMESPACE).delete();
        eventually()
                .until(() -> tiphys.get("/api/v1/applications/" + NAMESPACE).statusCode() != 200);
        tiphys.cluster().namespaces().withName(NAMESPACE).delete();
        eventually().until(() -> tiphys.cluster().namespaces().withName(NAMESPACE).get() == null);
        clone.update().deleteAll("optional").push("Remove what is optional");
    }

    @Test
    void one_invalid_resource_leaves_its_wave_as_it_was() throws Exception {
        // Given
        create(AUTOMATED);
        push(MAP.formatted("a", "", "value: '1'"), MAP.formatted("old", "", ""));
        awaitPhase("Succeeded");

        // When
        push(MAP.formatted("a", "", "value: '2'"), MAP.formatted("b", "", "'not/allowed': x"));

        // Then
        var state = awaitPhase("Failed");
        assertThat(state.at("/syncResult/resources")).hasSize(1);
        assertThat(state.at("/syncResult/resources/0/name").asText()).isEqualTo("b");
        assertThat(state.at("/syncResult/resources/0/message").asText()).contains("not/allowed");
        assertThat(map("a").get().getData()).isEqualTo(Map.of("value", "1"));
        assertThat(map("old").get()).isNotNull();
    }

    @Test
    void only_what_changed_is_asked_about_and_written_and_once() throws Exception {
        assumeTrue(GivenCluster.chosen().isEmpty(), "counts the sandbox's requests");
        // Given
        create(AUTOMATED);
        var many = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            many.append(MAP.formatted("m" + i, "", "value: '1'"));
        }
        push(many.toString());
        awaitPhase("Succeeded");
        long before = applied("configmaps");

        // When
        push(many.toString().replaceFirst("value: '1'", "value: '2'"));

        // Then
        eventually().until(() -> "2".equals(map("m0").get().getData().get("value")));
        awaitPhase("Succeeded");
        assertThat(applied("configmaps") - before).isEqualTo(2);
    }

    @Test
    void a_definition_and_what_it_defines_come_in_one_sync() throws Exception {
        create(AUTOMATED);

        push(WIDGETS);

        var state = awaitPhase("Succeeded");
        assertThat(state.at("/syncResult/resources").findValuesAsText("status"))
                .containsExactly("Synced", "Synced", "Synced");
        tiphys.cluster()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("gadgets.optional.tiphys.io")
                .delete();
    }

    @Test
    void a_kind_that_is_not_known_is_a_mistake_at_once_or_in_its_turn() throws Exception {
        // Given
        var nonsense =
                """
                apiVersion: optional.tiphys.io/v1
                kind: Nonsense
                metadata: {name: unknown, annotations: {argocd.argoproj.io/sync-options: "%s"}}
                ---
                """;
        create(AUTOMATED);

        // When
        push(MAP.formatted("a", "", "value: '1'"), nonsense.formatted(""));

        // Then
        var refused = awaitPhase("Failed");
        assertThat(refused.path("message").asText())
                .contains("does not know the kind optional.tiphys.io/v1 Nonsense");
        assertThat(map("a").get()).isNull();

        // When
        push(
                MAP.formatted("a", "", "value: '1'"),
                nonsense.formatted("SkipDryRunOnMissingResource=true"));

        // Then
        var late = awaitPhase("Failed");
        assertThat(late.path("message").asText()).contains("does not know the kind");
        assertThat(map("a").get()).isNotNull();
    }

    @Test
    void what_cannot_be_changed_is_made_anew_where_its_options_say_so() throws Exception {
        // Given
        create(AUTOMATED);
        push(SERVICE.formatted("", "None"));
        awaitPhase("Succeeded");

        // When
        var address = addressOfServices();
        push(SERVICE.formatted("", address));

        // Then
        var refused = awaitPhase("Failed");
        assertThat(refused.path("message").asText())
                .contains("Service/web", "may not change once set");

        // When
        push(SERVICE.formatted("Force=true", address));

        // Then
        awaitPhase("Succeeded");
        var web = tiphys.cluster().services().inNamespace(NAMESPACE).withName("web").get();
        assertThat(web.getSpec().getClusterIP()).isEqualTo(address);
    }

    @Test
    void a_replaced_resource_loses_what_others_set() throws Exception {
        // Given
        create(AUTOMATED);
        push(MAP.formatted("a", "", "value: '1'"), MAP.formatted("b", "", "value: '1'"));
        awaitPhase("Succeeded");
        for (var name : new String[] {"a", "b"}) {
            map(name)
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"data\": {\"theirs\": \"x\"}}");
        }

        // When
        push(
                MAP.formatted("a", "Replace=true", "value: '2'"),
                MAP.formatted("b", "ServerSideApply=false", "value: '2'"));

        // Then
        eventually()
                .untilAsserted(
                        () -> {
                            assertThat(map("a").get().getData()).isEqualTo(Map.of("value", "2"));
                            assertThat(map("b").get().getData())
                                    .isEqualTo(Map.of("value", "2", "theirs", "x"));
                        });
    }

    @Test
    void what_was_applied_client_side_before_goes_when_git_drops_it() throws Exception {
        // Given
        create(AUTOMATED);
        push(MAP.formatted("first", "", ""));
        awaitPhase("Succeeded");
        tiphys.cluster()
                .raw(
                        "/api/v1/namespaces/optional/configmaps"
                                + "?fieldManager=kubectl-client-side-apply",
                        "POST",
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("a")
                                .addToAnnotations(
                                        "kubectl.kubernetes.io/last-applied-configuration", "{}")
                                .endMetadata()
                                .addToData("value", "1")
                                .addToData("dropped", "x")
                                .build());

        // When
        push(MAP.formatted("a", "ServerSideApply=false", "value: '2'"));

        // Then
        eventually()
                .untilAsserted(
                        () -> assertThat(map("a").get().getData()).isEqualTo(Map.of("value", "2")));
    }

    @Test
    void the_namespaces_metadata_is_made_and_kept_up_to_date() throws Exception {
        // Given
        create(
                AUTOMATED
                        + ", managedNamespaceMetadata:"
                        + " {labels: {team: blue}, annotations: {mail: a@x.org}}");
        push(MAP.formatted("a", "", ""));
        awaitPhase("Succeeded");
        var namespace = tiphys.cluster().namespaces().withName(NAMESPACE);
        assertThat(namespace.get().getMetadata().getLabels()).containsEntry("team", "blue");
        assertThat(namespace.get().getMetadata().getAnnotations()).containsEntry("mail", "a@x.org");
        namespace.patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\": {\"labels\": {\"theirs\": \"x\"}}}");

        // When
        tiphys.patch(
                NAMESPACE,
                """
                {"spec": {"syncPolicy": {"managedNamespaceMetadata":
                  {"labels": {"team": "red"}, "annotations": null}}}}
                """);

        // Then
        eventually()
                .untilAsserted(
                        () -> {
                            var metadata = namespace.get().getMetadata();
                            assertThat(metadata.getLabels())
                                    .containsEntry("team", "red")
                                    .containsEntry("theirs", "x");
                            assertThat(metadata.getAnnotations()).doesNotContainKey("mail");
                        });
        eventually()
                .until(
                        () ->
                                tiphys.application(NAMESPACE)
                                        .at("/status/sync/status")
                                        .asText()
                                        .equals("Synced"));
    }

    @Test
    void an_option_that_is_not_known_is_told() throws Exception {
        create(AUTOMATED);

        push(MAP.formatted("a", "Replaice=true", ""));

        var state = awaitPhase("Succeeded");
        assertThat(state).isNotNull();
        assertThat(tiphys.application(NAMESPACE).at("/status/conditions/0/message").asText())
                .contains("Replaice=true", "ConfigMap/optional/a");
    }

    @Test
    void what_two_applications_declare_is_told_and_refused_where_that_is_asked() throws Exception {
        // Given
        create(AUTOMATED);
        push(MAP.formatted("a", "", "value: '1'"));
        awaitPhase("Succeeded");
        map("a").patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        """
                        {"metadata": {"annotations":
                          {"argocd.argoproj.io/tracking-id": "other:/ConfigMap:optional/a"}}}
                        """);
        eventually()
                .until(
                        () ->
                                tiphys.application(NAMESPACE)
                                        .at("/status/conditions")
                                        .toString()
                                        .contains(
                                                "ConfigMap/a is part of applications optional and"
                                                        + " other"));

        // When
        request(
                """
                {"sync": {"syncOptions": ["FailOnSharedResource=true"]}}
                """);

        // Then
        eventually()
                .until(
                        () ->
                                state().path("message").asText().startsWith("Shared resource found")
                                        && state().path("phase").asText().equals("Failed"));
    }

    @Test
    void a_dry_run_tells_of_each_resource_and_changes_nothing() throws Exception {
        // Given
        create(AUTOMATED);
        push(MAP.formatted("a", "", "value: '1'"));
        awaitPhase("Succeeded");

        // When
        request(
                """
                {"sync": {"dryRun": true, "manifests": [%s, %s]}}
                """
                        .formatted(local("a", "value"), local("b", "not/allowed")));

        // Then
        eventually().until(() -> state().path("phase").asText().equals("Failed"));
        var results = state().at("/syncResult/resources");
        assertThat(results.findValuesAsText("name")).containsExactly("a", "b");
        assertThat(results.findValuesAsText("status")).containsExactly("Synced", "SyncFailed");
        assertThat(results.at("/0/message").asText()).isEqualTo("would be applied (dry run)");
        assertThat(map("a").get().getData()).isEqualTo(Map.of("value", "1"));
        assertThat(map("b").get()).isNull();
    }

    @Test
    void a_dry_run_misses_neither_a_namespace_nor_a_kind_that_the_sync_would_make()
            throws Exception {
        // Given
        create("");
        push(WIDGETS, "---\n", MAP.formatted("a", "", "value: '1'"));

        // When
        request("{\"sync\": {\"dryRun\": true}}");

        // Then
        eventually().until(() -> state().path("phase").asText().equals("Succeeded"));
        assertThat(state().at("/syncResult/resources").findValuesAsText("message"))
                .hasSize(4)
                .containsOnly("would be applied (dry run)");
        assertThat(tiphys.cluster().namespaces().withName(NAMESPACE).get()).isNull();
    }

    @Test
    void manifests_that_an_operation_brings_are_synced_instead_of_gits() throws Exception {
        // Given
        create("");
        push(MAP.formatted("a", "", "value: '1'"));

        // When
        request("{\"sync\": {\"manifests\": [%s]}}".formatted(local("a", "value")));

        // Then
        eventually().until(() -> map("a").get() != null);
        assertThat(map("a").get().getData()).isEqualTo(Map.of("value", "local"));
        eventually().until(() -> tiphys.application(NAMESPACE).path("operation").isMissingNode());
        eventually()
                .until(
                        () ->
                                tiphys.application(NAMESPACE)
                                        .at("/status/sync/status")
                                        .asText()
                                        .equals("OutOfSync"));
    }

    /// One of those that the cluster gives its Services; it is free.
    private String addressOfServices() {
        var services = tiphys.cluster().services().inNamespace(NAMESPACE);
        var probe =
                new ServiceBuilder()
                        .withNewMetadata()
                        .withName("probe")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build();
        var address = services.resource(probe).create().getSpec().getClusterIP();
        services.withName("probe").delete();
        return address;
    }

    /// A ConfigMap as text of JSON, as it stands in other JSON.
    private static String local(String name, String key) {
        var text =
                """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"},\
                 "data": {"%s": "local"}}\
                """
                        .formatted(name, key);
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    private void request(String operation) {
        tiphys.patch(NAMESPACE, "{\"operation\": %s}".formatted(operation));
    }

    private void push(String... manifests) throws Exception {
        clone.update()
                .write("optional/all.yaml", String.join("", manifests))
                .push("Change what is optional");
    }

    /// Not before it has something to sync.
    private void create(String policy) throws Exception {
        clone.update().write("optional/all.yaml", "").push("Begin what is optional");
        tiphys.create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: {name: optional, namespace: argocd}
                spec:
                  project: default
                  source: {repoURL: "@SAMPLE@", targetRevision: main, path: optional}
                  destination: {server: "https://kubernetes.default.svc", namespace: optional}
                  syncPolicy: {syncOptions: [CreateNamespace=true]%s}
                """
                        .formatted(policy));
    }

    /// Of an operation at the commit that was pushed last.
    private JsonNode awaitPhase(String phase) throws Exception {
        var commit = clone.tip();
        eventually()
                .until(
                        () -> {
                            var state = state();
                            return state.path("phase").asText().equals(phase)
                                    && state.at("/syncResult/revision").asText().equals(commit);
                        });
        return state();
    }

    private JsonNode state() {
        return tiphys.application(NAMESPACE).at("/status/operationState");
    }

    private Resource<ConfigMap> map(String name) {
        return tiphys.cluster().configMaps().inNamespace(NAMESPACE).withName(name);
    }

    private long applied(String resource) {
        return tiphys.cluster()
                .raw("/metrics")
                .lines()
                .filter(
                        it ->
                                it.contains(
                                        "resource=\""
                                                + resource
                                                + "\",subresource=\"\",verb=\"APPLY\""))
                .mapToLong(it -> Long.parseLong(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }
}
