package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterLogin;
import io.tiphys.core.model.ClusterScope;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.RespectRbac;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.model.TrackingId;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.dev.sandbox.access.User;
import io.tiphys.support.LogListener;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A cluster that lets the service see and do only a part.
class ClusterRightsTest {

    private static final String REVIEWS = "selfsubjectaccessreviews.authorization.k8s.io";

    private Vertx vertx;
    private Sandbox sandbox;
    private KubernetesApi admin;
    private @Nullable Cluster cluster;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        sandbox =
                Sandbox.start(
                        vertx,
                        SandboxSettings.inMemory()
                                .withTokens(
                                        Map.of("t", User.of("limited", "system:authenticated"))));
        admin =
                new KubernetesApi(
                        new KubernetesClientBuilder()
                                .withConfig(Config.fromKubeconfig(sandbox.kubeconfig()))
                                .build());
        for (var namespace : List.of("shop", "web")) {
            admin.create("/api/v1/namespaces", object("v1", "Namespace", "", namespace));
        }
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.cache().close();
            cluster.api().close();
        }
        admin.close();
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void where_namespaces_are_named_nothing_else_is_looked_at() {
        // Given
        grant("Role", "shop", "/namespaces/shop", List.of("*"), List.of("*"));

        // When
        var shop = connect(new ClusterScope(Set.of("shop"), false));
        shop.applier().apply(tracked("shop", "a"));
        admin.create("/api/v1/namespaces/web/configmaps", data("web", "theirs"));

        // Then
        assertThat(shop.cache().liveState("app", List.of())).containsOnlyKeys(key("shop", "a"));
        assertThat(shop.cache().refused()).isEmpty();
        assertThatThrownBy(() -> shop.cache().liveState("app", List.of(key("web", "theirs"))))
                .isInstanceOf(ApiFailure.class)
                .hasMessage(
                        "Failed to load live state: namespace \"web\" for ConfigMap \"theirs\" is"
                                + " not managed");
        assertThat(sandbox.audit().keySet()).noneMatch(it -> it.endsWith(" 403"));
        assertThat(sandbox.audit().keySet()).doesNotContain("list nodes");
    }

    @Test
    void one_namespace_that_is_read_anew_takes_nothing_of_another() {
        // Given
        grant("ClusterRole", "", "", List.of("*"), List.of("*"));
        var both = connect(new ClusterScope(Set.of("shop", "web"), false));
        both.applier().apply(tracked("shop", "a"));
        both.applier().apply(tracked("web", "b"));

        // When
        both.cache().track(Tracking.read(Map.of("installationID", "other")));
        await().until(() -> both.cache().liveState("app", List.of()).isEmpty());
        both.cache().track(Tracking.DEFAULT);

        // Then
        await().untilAsserted(
                        () ->
                                assertThat(both.cache().liveState("app", List.of()))
                                        .containsOnlyKeys(key("shop", "a"), key("web", "b")));
        assertThat(both.cache().exists(key("shop", "a"))).isTrue();
    }

    @Test
    void kinds_that_may_not_be_listed_are_passed_over_and_read_one_by_one_where_they_matter() {
        // Given
        grant("ClusterRole", "", "", List.of("configmaps"), List.of("*"));
        grant("Role", "shop", "/namespaces/shop", List.of("secrets"), List.of("get"));
        var secret = object("v1", "Secret", "shop", "s");
        admin.create("/api/v1/namespaces/shop/secrets", secret);

        // When
        var whole = connect(ClusterScope.WHOLE);
        whole.applier().apply(tracked("web", "a"));

        // Then
        assertThat(whole.cache().liveState("app", List.of())).containsOnlyKeys(key("web", "a"));
        assertThat(whole.cache().refused())
                .contains(new ClusterInfo.Kind("apps", "Deployment"))
                .doesNotContain(new ClusterInfo.Kind("", "ConfigMap"));
        var known = new ResourceKey("", "Secret", "shop", "s");
        assertThat(whole.cache().resource(known)).map(LiveResource::key).contains(known);
        assertThat(whole.cache().resource(new ResourceKey("", "Secret", "shop", "none"))).isEmpty();
        assertThatThrownBy(
                        () ->
                                whole.cache()
                                        .resource(
                                                new ResourceKey("apps", "Deployment", "web", "d")))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("forbidden");
    }

    @Test
    void the_log_tells_of_kinds_that_may_not_be_listed_unless_they_are_to_be_left_out() {
        // Given
        grant("ClusterRole", "", "", List.of("configmaps"), List.of("*"));

        for (var respect : RespectRbac.values()) {
            try (var log = new LogListener(Reflector.class)) {
                // When
                var watched = connect(ClusterScope.WHOLE, respect);
                awaitRefusals("list secrets 403");

                // Then
                if (respect == RespectRbac.OFF) {
                    await().untilAsserted(
                                    () ->
                                            assertThat(log.said())
                                                    .anyMatch(it -> it.contains("secrets")));
                } else {
                    assertThat(log.said()).isEmpty();
                }
                assertThat(watched.cache().refused()).contains(new ClusterInfo.Kind("", "Secret"));
                assertThat(
                                sandbox.audit().keySet().stream()
                                        .anyMatch(it -> it.contains("selfsubjectaccessreviews")))
                        .isEqualTo(respect == RespectRbac.STRICT);
                watched.cache().close();
                watched.api().close();
            }
        }
    }

    /// Until a kind was asked for three times more: after the second the log tells of it.
    private void awaitRefusals(String entry) {
        long before = sandbox.audit().getOrDefault(entry, 0L);
        await().until(() -> sandbox.audit().getOrDefault(entry, 0L) >= before + 3);
    }

    @Test
    void under_strict_a_refusal_that_the_cluster_does_not_stand_by_is_waited_out() {
        // Given
        grant("ClusterRole", "", "", List.of("*"), List.of("*"));
        admin.create("/api/v1/namespaces/shop/secrets", object("v1", "Secret", "shop", "s"));
        sandbox.faults().fail(3, "list", "secrets", 403);

        // When
        var whole = connect(ClusterScope.WHOLE, RespectRbac.STRICT);

        // Then
        assertThat(whole.cache().exists(new ResourceKey("", "Secret", "shop", "s"))).isTrue();
        assertThat(whole.cache().refused()).isEmpty();
    }

    @Test
    void under_strict_a_cluster_that_does_not_say_what_it_permits_is_asked_again() {
        // Given
        grant("ClusterRole", "", "", List.of("*"), List.of("*"));
        admin.create("/api/v1/namespaces/shop/secrets", object("v1", "Secret", "shop", "s"));
        sandbox.faults().fail(5, "list", "secrets", 403);
        sandbox.faults().fail(5, "create", REVIEWS, 403);

        // When
        var whole = connect(ClusterScope.WHOLE, RespectRbac.STRICT);

        // Then
        assertThat(sandbox.audit()).containsEntry("create %s 403".formatted(REVIEWS), 5L);
        assertThat(whole.cache().exists(new ResourceKey("", "Secret", "shop", "s"))).isTrue();
        assertThat(whole.cache().refused()).isEmpty();
    }

    private Cluster connect(ClusterScope scope) {
        return connect(scope, RespectRbac.OFF);
    }

    private Cluster connect(ClusterScope scope, RespectRbac respect) {
        var config = Config.empty();
        config.setMasterUrl(sandbox.uri().toString());
        var connected =
                Cluster.of(
                        new KubernetesApi(
                                new KubernetesClientBuilder().withConfig(config).build(),
                                Login.of(
                                        new ClusterLogin.Bearer(new Hidden("t")),
                                        "",
                                        "",
                                        List.of()),
                                true),
                        scope);
        cluster = connected;
        connected.cache().respect(respect);
        connected.cache().start();
        return connected;
    }

    private void grant(
            String kind,
            String namespace,
            String within,
            List<String> resources,
            List<String> verbs) {
        var role = object("rbac.authorization.k8s.io/v1", kind, namespace, "limited");
        role.put(
                "rules",
                List.of(
                        Map.of(
                                "apiGroups", List.of("*"),
                                "resources", resources,
                                "verbs", verbs)));
        var binding =
                object("rbac.authorization.k8s.io/v1", kind + "Binding", namespace, "limited");
        binding.put(
                "roleRef",
                Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", kind, "name", "limited"));
        binding.put(
                "subjects",
                List.of(
                        Map.of(
                                "apiGroup", "rbac.authorization.k8s.io",
                                "kind", "User",
                                "name", "limited")));
        var base =
                "/apis/rbac.authorization.k8s.io/v1" + within + "/" + kind.toLowerCase(Locale.ROOT);
        admin.create(base + "s", role);
        admin.create(base + "bindings", binding);
    }

    private static Manifest tracked(String namespace, String name) {
        return new TrackingId("app", key(namespace, name))
                .stamp(new Manifest(data(namespace, name), ""));
    }

    private static Map<String, Object> data(String namespace, String name) {
        var object = object("v1", "ConfigMap", namespace, name);
        object.put("data", Map.of("value", "1"));
        return object;
    }

    private static Map<String, Object> object(
            String apiVersion, String kind, String namespace, String name) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.put(
                "metadata",
                namespace.isEmpty()
                        ? Map.of("name", name)
                        : Map.of("name", name, "namespace", namespace));
        return object;
    }

    private static ResourceKey key(String namespace, String name) {
        return new ResourceKey("", "ConfigMap", namespace, name);
    }
}
