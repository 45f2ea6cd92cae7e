package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.sync.ClientSideApply;
import io.tiphys.core.sync.SyncOptions.Propagation;
import io.tiphys.core.sync.Writing;
import io.tiphys.core.sync.Writing.Way;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The ways of writing a resource, against the sandbox's API server.
class ResourceApplierTest {

    private static final String MAP = "/api/v1/namespaces/default/configmaps/a";
    private static final String WEB = "/apis/apps/v1/namespaces/default/deployments/web";
    private static final Writing OR_RECREATE = new Writing(Way.APPLY_OR_RECREATE, true);
    private static final Writing RECREATE = new Writing(Way.RECREATE, true);
    private static final Writing REPLACE = new Writing(Way.REPLACE, true);

    private SandboxedApi started;
    private Sandbox sandbox;
    private KubernetesApi api;
    private Cluster cluster;
    private ResourceApplier applier;
    private ClusterCache cache;

    @BeforeEach
    void start() {
        started = new SandboxedApi(SandboxSettings.inMemory());
        sandbox = started.sandbox();
        api = started.api();
        cluster = Cluster.of(api);
        cluster.cache().start();
        cache = cluster.cache();
        applier = cluster.applier();
    }

    @AfterEach
    void stop() {
        cache.close();
        started.close();
    }

    /// The answer to the write that ends it and the watch's news of the end come at the same time.
    @Test
    void a_hook_that_is_let_go_does_not_stay_known() {
        for (int i = 0; i < 300; i++) {
            var hook = hook("hook-" + i);

            applier.delete(hook, Propagation.BACKGROUND);
            applier.release(cache.resource(hook.key()).orElseThrow());

            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> !cache.exists(hook.key()));
        }
    }

    @Test
    void a_hook_that_changed_meanwhile_is_let_go_by_who_sees_that() {
        var seen = hook("changed");
        applier.delete(seen, Propagation.BACKGROUND);
        var path = "/api/v1/namespaces/default/configmaps/changed";
        api.mergePatch(path, Map.of("data", Map.of("value", "2")));

        applier.release(seen);

        assertThat(LiveResource.of(api.get(path)).finalizers())
                .containsExactly(LiveResource.HOOK_FINALIZER);
    }

    private LiveResource hook(String name) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", name);
        metadata.put("namespace", "default");
        metadata.put("annotations", Map.of("argocd.argoproj.io/tracking-id", tracking(name)));
        metadata.put("finalizers", List.of(LiveResource.HOOK_FINALIZER));
        return applier.apply(
                new Manifest(
                        Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata),
                        name));
    }

    @Test
    void what_was_answered_before_its_end_is_not_taken_in_after_it() {
        applier.apply(map("1"));
        var answer = api.get(MAP);
        api.delete(MAP, "Background");
        var key = LiveResource.of(answer).key();
        await().until(() -> !cache.exists(key));

        cache.written(answer);

        assertThat(cache.exists(key)).isFalse();
    }

    private static String tracking(String name) {
        return "shop:/ConfigMap:default/" + name;
    }

    @Test
    void what_cannot_be_changed_is_made_anew_only_where_that_is_allowed() {
        applier.apply(deployment("one"));
        var uid = uid(WEB);

        assertThatThrownBy(() -> applier.apply(deployment("two")))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("field is immutable");
        assertThat(uid(WEB)).isEqualTo(uid);
        applier.write(deployment("two"), OR_RECREATE);

        assertThat(uid(WEB)).isNotEqualTo(uid);
        assertThat(Json.string(api.get(WEB), "spec", "selector", "matchLabels", "app"))
                .isEqualTo("two");
    }

    @Test
    void what_can_be_changed_is_not_made_anew_without_need() {
        applier.apply(map("1"));
        var uid = uid(MAP);

        applier.write(map("2"), OR_RECREATE);
        assertThat(uid(MAP)).isEqualTo(uid);
        applier.write(map("3"), RECREATE);

        assertThat(uid(MAP)).isNotEqualTo(uid);
        assertThat(Json.strings(api.get(MAP), "data")).containsExactly(Map.entry("value", "3"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"APPLY_OR_RECREATE", "RECREATE"})
    void what_would_not_be_taken_afterwards_is_not_deleted(Way way) {
        applier.apply(map("1"));
        var uid = uid(MAP);
        var invalid = new Manifest(Json.with(map("2").object(), "x", "data", "not/allowed"), "");

        assertThatThrownBy(() -> applier.write(invalid, new Writing(way, true)))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("not/allowed");
        assertThatThrownBy(() -> applier.tryOut(invalid, new Writing(way, true)))
                .hasMessageContaining("not/allowed");

        assertThat(uid(MAP)).isEqualTo(uid);
    }

    @Test
    void what_is_made_anew_waits_until_its_finalizers_are_done() throws Exception {
        applier.apply(
                new Manifest(
                        Json.with(
                                map("1").object(), List.of("x.org/held"), "metadata", "finalizers"),
                        ""));
        var uid = uid(MAP);

        var recreation = Thread.ofVirtual().start(() -> applier.write(map("2"), RECREATE));
        await().until(() -> !Json.string(api.get(MAP), "metadata", "deletionTimestamp").isEmpty());
        api.mergePatch(MAP, Map.of("metadata", Map.of("finalizers", List.of())));
        recreation.join();

        assertThat(uid(MAP)).isNotEqualTo(uid);
    }

    @Test
    void what_does_not_go_is_told_with_what_holds_it() {
        applier.apply(
                new Manifest(
                        Json.with(
                                map("1").object(), List.of("x.org/held"), "metadata", "finalizers"),
                        ""));
        var impatient = new ResourceApplier(api, cluster.types(), cache, Duration.ZERO);

        assertThatThrownBy(() -> impatient.write(map("2"), RECREATE))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("is held by its finalizers: x.org/held");

        assertThat(Json.string(api.get(MAP), "data", "value")).isEqualTo("1");
    }

    @Test
    void a_replacement_leaves_nothing_of_what_others_set() {
        applier.apply(map("1"));
        api.mergePatch(MAP, Map.of("data", Map.of("theirs", "x")));

        applier.write(map("1"), Writing.APPLIED);
        assertThat(Json.strings(api.get(MAP), "data")).containsKey("theirs");
        applier.write(map("1"), REPLACE);

        assertThat(Json.strings(api.get(MAP), "data")).containsExactly(Map.entry("value", "1"));
    }

    @Test
    void a_replacement_of_what_is_not_there_makes_it() {
        applier.tryOut(map("1"), REPLACE);
        applier.write(map("1"), REPLACE);

        assertThat(Json.string(api.get(MAP), "data", "value")).isEqualTo("1");
    }

    @Test
    void a_replacement_that_cannot_be_is_refused_when_tried_out() {
        applier.apply(deployment("one"));

        assertThatThrownBy(() -> applier.tryOut(deployment("two"), REPLACE))
                .hasMessageContaining("field is immutable");
        applier.tryOut(deployment("two"), RECREATE);
    }

    @Test
    void unknown_fields_pass_where_validation_is_left_out() {
        applier.apply(map("1"));
        var odd = new Manifest(Json.with(map("2").object(), "x", "oddity"), "");

        assertThatThrownBy(() -> applier.write(odd, REPLACE)).hasMessageContaining("oddity");
        applier.write(odd, new Writing(Way.REPLACE, false));

        assertThat(Json.string(api.get(MAP), "data", "value")).isEqualTo("2");
    }

    @Test
    void a_write_that_meets_another_is_made_again_but_not_for_ever() {
        sandbox.faults().fail(2, "apply", "configmaps", 409);
        applier.apply(map("1"));
        assertThat(sandbox.audit()).containsEntry("apply configmaps 409", 2L);

        sandbox.faults().fail(100, "apply", "configmaps", 409);
        assertThatThrownBy(() -> applier.apply(map("2"))).isInstanceOf(ApiFailure.class);

        assertThat(sandbox.audit()).containsEntry("apply configmaps 409", 7L);
    }

    @Test
    void what_is_invalid_is_not_tried_again() {
        assertThatThrownBy(
                        () ->
                                applier.apply(
                                        new Manifest(
                                                Json.with(map("1").object(), 5L, "data", "value"),
                                                "")))
                .isInstanceOf(ApiFailure.class);

        assertThat(sandbox.audit()).containsEntry("apply configmaps", 1L);
    }

    @Test
    void fields_that_were_applied_client_side_go_when_git_drops_them() {
        // Given
        api.create(
                "/api/v1/namespaces/default/configmaps?fieldManager=kubectl-client-side-apply",
                Json.with(
                        Json.with(
                                map("1").object(),
                                "{}",
                                "metadata",
                                "annotations",
                                "kubectl.kubernetes.io/last-applied-configuration"),
                        "x",
                        "data",
                        "dropped"));
        api.mergePatch(MAP + "?fieldManager=scaler", Map.of("data", Map.of("theirs", "x")));
        await().until(() -> cache.exists(map("1").key()));

        // When
        var clientSide = ClientSideApply.by("");
        var live = cache.resource(map("1").key()).orElseThrow();
        assertThat(clientSide.isSuspectedOf(live)).isTrue();
        applier.takeOver(live, clientSide);
        applier.apply(map("2"));

        // Then
        assertThat(Json.strings(api.get(MAP), "data"))
                .containsOnly(Map.entry("value", "2"), Map.entry("theirs", "x"));
        assertThat(Json.strings(api.get(MAP), "metadata", "annotations")).isEmpty();
    }

    @Test
    void what_a_deleted_resource_owns_goes_or_stays_as_asked() {
        for (var propagation : Propagation.values()) {
            var owner = applier.apply(map("1"));
            api.create(
                    "/api/v1/namespaces/default/configmaps",
                    owned("owned-" + propagation.ordinal(), owner.object()));

            applier.delete(owner, propagation);

            await().until(() -> !cache.exists(map("1").key()));
        }
        await().untilAsserted(
                        () ->
                                assertThat(
                                                Json.array(
                                                        api.get(
                                                                "/api/v1/namespaces/default/configmaps"),
                                                        "items"))
                                        .extracting(it -> Json.string(it, "metadata", "name"))
                                        .filteredOn(it -> it.startsWith("owned"))
                                        .containsExactly("owned-" + Propagation.ORPHAN.ordinal()));
    }

    private static Map<String, Object> owned(String name, Map<String, Object> owner) {
        return Json.with(
                Json.with(map("1").object(), name, "metadata", "name"),
                List.of(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "name",
                                "a",
                                "uid",
                                Json.string(owner, "metadata", "uid"),
                                "blockOwnerDeletion",
                                true)),
                "metadata",
                "ownerReferences");
    }

    private String uid(String path) {
        return Json.string(api.get(path), "metadata", "uid");
    }

    private static Manifest map(String value) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", "v1");
        object.put("kind", "ConfigMap");
        object.put("metadata", Map.of("name", "a", "namespace", "default"));
        object.put("data", Map.of("value", value));
        return new Manifest(object, "");
    }

    private static Manifest deployment(String app) {
        var labels = Map.<String, Object>of("app", app);
        return new Manifest(
                Map.of(
                        "apiVersion",
                        "apps/v1",
                        "kind",
                        "Deployment",
                        "metadata",
                        Map.of("name", "web", "namespace", "default"),
                        "spec",
                        Map.of(
                                "selector",
                                Map.of("matchLabels", labels),
                                "template",
                                Map.of(
                                        "metadata",
                                        Map.of("labels", labels),
                                        "spec",
                                        Map.of(
                                                "containers",
                                                List.of(Map.of("name", "c", "image", "web:1")))))),
                "");
    }
}
