package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache and the applier against the sandbox's API server.
class ClusterTest {

    @TempDir Path directory;

    private final List<LiveChange> changes = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private Sandbox sandbox;
    private Cluster cluster;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        sandbox = Sandbox.start(vertx, SandboxSettings.at(0, directory.resolve("journal")));
        cluster = Cluster.of(connect());
        cluster.cache().start();
        cluster.cache().onChange(changes::add);
    }

    @AfterEach
    void stop() {
        cluster.cache().close();
        cluster.api().close();
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void what_was_applied_is_seen_at_once_and_told_once() {
        var applied = cluster.applier().apply(tracked("shop", "a", "1"));

        assertThat(value(cluster.cache().resource(key("a")))).isEqualTo("1");
        assertThat(changes.getFirst().after())
                .extracting(LiveResource::resourceVersion)
                .isEqualTo(applied.resourceVersion());
        assertThat(cluster.cache().liveState("shop", List.of())).containsOnlyKeys(key("a"));
        cluster.applier().apply(tracked("shop", "b", "1"));
        await().untilAsserted(
                        () ->
                                assertThat(changes)
                                        .filteredOn(it -> it.applications().contains("shop"))
                                        .hasSize(2));
    }

    @Test
    void an_older_event_does_not_undo_a_newer_write() {
        var old = cluster.applier().apply(tracked("shop", "a", "1"));
        cluster.applier().apply(tracked("shop", "a", "2"));

        cluster.cache().written(old.object());

        assertThat(value(cluster.cache().resource(key("a")))).isEqualTo("2");
    }

    @Test
    void a_resource_belongs_to_the_application_that_it_names_last() {
        cluster.applier().apply(tracked("shop", "a", "1"));

        cluster.applier().apply(tracked("other", "a", "1"));

        assertThat(cluster.cache().liveState("shop", List.of())).isEmpty();
        assertThat(cluster.cache().liveState("other", List.of())).containsOnlyKeys(key("a"));
        assertThat(cluster.cache().liveState("shop", List.of(key("a")))).containsOnlyKeys(key("a"));
        assertThat(changes.getLast().applications()).containsExactlyInAnyOrder("shop", "other");
    }

    @Test
    void what_no_application_tracks_is_read_only_when_it_is_asked_for() {
        create(data("theirs", "1"));
        await().until(() -> cluster.cache().exists(key("theirs")));
        var before = sandbox.audit();

        assertThat(cluster.cache().liveState("shop", List.of())).isEmpty();
        assertThat(sandbox.audit()).isEqualTo(before);
        var live = cluster.cache().liveState("shop", List.of(key("theirs")));

        assertThat(value(Optional.ofNullable(live.get(key("theirs"))))).isEqualTo("1");
        assertThat(sandbox.audit()).containsEntry("get configmaps", 1L);
        assertThat(changes).isEmpty();
    }

    @Test
    void a_resource_that_loses_its_tracking_id_leaves_its_application() {
        cluster.applier().apply(tracked("shop", "a", "1"));

        cluster.applier().apply(new Manifest(data("a", "1"), ""));

        assertThat(cluster.cache().liveState("shop", List.of())).isEmpty();
        assertThat(cluster.cache().exists(key("a"))).isTrue();
        assertThat(changes.getLast().applications()).containsExactly("shop");
        assertThat(changes.getLast().after()).isNull();
    }

    @Test
    void of_managed_fields_only_our_own_are_held() {
        create(data("a", "1"));
        cluster.applier().apply(tracked("shop", "a", "2"));

        var held = cluster.cache().resource(key("a")).orElseThrow().object();

        assertThat(Json.array(held, "metadata", "managedFields"))
                .extracting(entry -> Json.string(entry, "manager"))
                .containsExactly(KubernetesApi.FIELD_MANAGER);
    }

    @Test
    void a_deleted_resource_is_gone_and_may_be_deleted_again() {
        var applied = cluster.applier().apply(tracked("shop", "a", "1"));

        cluster.applier().delete(applied);

        await().until(() -> !cluster.cache().exists(key("a")));
        assertThat(cluster.cache().liveState("shop", List.of())).isEmpty();
        assertThat(changes.getLast().after()).isNull();
        cluster.applier().delete(applied);
    }

    @Test
    void what_went_while_nobody_watched_is_gone_when_all_is_read_again() {
        // Given
        create(tracked("shop", "a", "1").object());
        await().until(() -> cluster.cache().exists(key("a")));
        sandbox.faults().fail(3, "list", "configmaps", 503);

        // When
        try (var other = connect()) {
            sandbox.faults().expireWatches();
            other.delete("/api/v1/namespaces/default/configmaps/a", "Background");
        }

        // Then
        await().until(() -> !cluster.cache().exists(key("a")));
        assertThat(cluster.cache().liveState("shop", List.of())).isEmpty();
    }

    @Test
    void a_dry_run_changes_nothing() {
        var tried = cluster.applier().dryRun(tracked("shop", "a", "1"));

        assertThat(Json.string(tried.object(), "data", "value")).isEqualTo("1");
        assertThatThrownBy(() -> cluster.api().get("/api/v1/namespaces/default/configmaps/a"))
                .isInstanceOfSatisfying(
                        ApiFailure.class, failure -> assertThat(failure.notFound()).isTrue());
        assertThat(cluster.cache().resource(key("a"))).isEmpty();
    }

    @Test
    void a_kind_that_comes_while_running_is_watched() {
        assertThatThrownBy(() -> cluster.applier().apply(widget()))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("example.org/v1 Widget: is its CRD installed?");

        cluster.applier().apply(new Manifest(widgets(), ""));
        await().ignoreExceptionsInstanceOf(ApiFailure.class)
                .until(() -> cluster.applier().apply(widget()) != null);
        cluster.api()
                .create(
                        "/apis/example.org/v1/namespaces/default/widgets",
                        object("example.org/v1", "Widget", "theirs"));

        var theirs = new ResourceKey("example.org", "Widget", "default", "theirs");
        await().until(() -> cluster.cache().exists(theirs));
    }

    @Test
    void a_refusal_is_told_in_the_servers_words_without_the_body() {
        var secret = object("v1", "Secret", "Not A Name");
        secret.put("data", Map.of("password", "aHVudGVyMg=="));

        assertThatThrownBy(() -> cluster.applier().apply(new Manifest(secret, "")))
                .isInstanceOf(ApiFailure.class)
                .hasMessageNotContaining("aHVudGVyMg")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void a_hostile_namespace_reaches_no_other_path() {
        var hostile =
                Json.with(
                        object("v1", "ConfigMap", "a"),
                        "x/../../namespaces/default",
                        "metadata",
                        "namespace");
        var odd = Json.with(object("v1", "ConfigMap", "a"), "a b?c#d", "metadata", "namespace");

        for (var manifest : List.of(hostile, odd)) {
            assertThatThrownBy(() -> cluster.applier().apply(new Manifest(manifest, "")))
                    .isInstanceOf(ApiFailure.class);
        }
        assertThat(cluster.cache().resource(key("a"))).isEmpty();
    }

    @Test
    void a_server_that_was_away_is_watched_again() {
        // Given
        cluster.applier().apply(tracked("shop", "a", "1"));
        var port = URI.create(sandbox.uri().toString()).getPort();

        // When
        sandbox.close();
        assertThatThrownBy(() -> cluster.applier().apply(tracked("shop", "a", "2")))
                .isInstanceOfSatisfying(
                        ApiFailure.class, failure -> assertThat(failure.code()).isZero());
        sandbox = Sandbox.start(vertx, SandboxSettings.at(port, directory.resolve("journal")));
        create(data("theirs", "1"));

        // Then
        await().until(() -> cluster.cache().exists(key("theirs")));
        assertThat(cluster.cache().liveState("shop", List.of())).containsOnlyKeys(key("a"));
    }

    private KubernetesApi connect() {
        return new KubernetesApi(
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(sandbox.kubeconfig()))
                        .build());
    }

    private static Manifest tracked(String application, String name, String value) {
        return new TrackingId(application, key(name)).stamp(new Manifest(data(name, value), ""));
    }

    private static Map<String, Object> data(String name, String value) {
        var object = object("v1", "ConfigMap", name);
        object.put("data", Map.of("value", value));
        return object;
    }

    private void create(Map<String, Object> configMap) {
        cluster.api().create("/api/v1/namespaces/default/configmaps", configMap);
    }

    private static String value(Optional<LiveResource> configMap) {
        return configMap.map(it -> Json.string(it.object(), "data", "value")).orElse("absent");
    }

    private static Manifest widget() {
        return new Manifest(object("example.org/v1", "Widget", "ours"), "");
    }

    private static Map<String, Object> widgets() {
        return Map.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "CustomResourceDefinition",
                "metadata",
                Map.of("name", "widgets.example.org"),
                "spec",
                Map.of(
                        "group",
                        "example.org",
                        "scope",
                        "Namespaced",
                        "names",
                        Map.of(
                                "kind", "Widget",
                                "plural", "widgets",
                                "singular", "widget",
                                "listKind", "WidgetList"),
                        "versions",
                        List.of(
                                Map.of(
                                        "name",
                                        "v1",
                                        "served",
                                        true,
                                        "storage",
                                        true,
                                        "schema",
                                        Map.of(
                                                "openAPIV3Schema",
                                                Map.of(
                                                        "type",
                                                        "object",
                                                        "x-kubernetes-preserve-unknown-fields",
                                                        true))))));
    }

    private static Map<String, Object> object(String apiVersion, String kind, String name) {
        var object = new java.util.LinkedHashMap<String, Object>();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.put("metadata", Map.of("name", name, "namespace", "default"));
        return object;
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("", "ConfigMap", "default", name);
    }
}
