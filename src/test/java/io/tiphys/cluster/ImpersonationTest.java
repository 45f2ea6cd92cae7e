package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Manifest;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.dev.sandbox.access.User;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is changed as a service account, on an API server that asks who may do what.
class ImpersonationTest {

    private static final String DEPLOYER = "system:serviceaccount:default:deployer";

    private Vertx vertx;
    private Sandbox sandbox;
    private Cluster own;
    private Cluster deployer;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        sandbox =
                Sandbox.start(
                        vertx,
                        SandboxSettings.inMemory()
                                .withTokens(
                                        Map.of(
                                                "jane", User.of("jane"),
                                                "service", User.of("tiphys", User.MASTERS))));
        own =
                Cluster.of(
                        new KubernetesApi(
                                new KubernetesClientBuilder()
                                        .withConfig(Config.fromKubeconfig(sandbox.kubeconfig()))
                                        .build()));
        own.cache().start();
        deployer = own.as(DEPLOYER);
    }

    @AfterEach
    void stop() {
        own.cache().close();
        own.api().close();
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void what_the_account_may_not_do_is_refused_with_its_name() {
        var live = own.applier().apply(map("default", "a"));

        assertRefused("patch", () -> deployer.applier().apply(map("default", "b")));
        assertRefused("patch", () -> deployer.applier().dryRun(map("default", "a")));
        assertRefused("delete", () -> deployer.applier().delete(live));
        assertRefused("patch", () -> deployer.applier().release(live));
        assertThat(own.cache().exists(map("default", "b").key())).isFalse();
    }

    @Test
    void what_it_may_do_is_done_as_it_and_nothing_elsewhere() {
        // Given
        permit("default");

        // When
        deployer.applier().dryRun(map("default", "a"));
        var live = deployer.applier().apply(map("default", "a"));

        // Then
        assertThat(own.cache().resource(live.key())).isPresent();
        deployer.applier().delete(live);
        // With what depends on it, which the cluster sees to.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> own.cache().resource(live.key()).isEmpty());
        assertRefused("patch", () -> deployer.applier().apply(map("kube-system", "a")));
    }

    @Test
    void what_is_there_the_service_sees_as_itself() {
        own.applier().apply(map("default", "a"));

        assertThat(deployer.types().find(map("default", "a").type())).isPresent();
        assertThat(deployer.cache().exists(map("default", "a").key())).isTrue();
    }

    @Test
    void what_is_out_of_reach_for_the_service_is_so_for_the_account() {
        permit("default");

        own.api().circuit().breakUp("Out of reach");

        assertThatThrownBy(() -> deployer.applier().apply(map("default", "a")))
                .isInstanceOf(ApiFailure.class)
                .hasMessage("Out of reach");
    }

    @Test
    void what_is_asked_again_with_a_newer_token_is_asked_as_the_account_too() {
        var said = new AtomicReference<>(new Hidden("Bearer old"));
        Login login =
                new Login() {
                    @Override
                    public Hidden authorization() {
                        return said.get();
                    }

                    @Override
                    public boolean renew(Hidden refused) {
                        said.set(new Hidden("Bearer service"));
                        return true;
                    }
                };
        var config = Config.empty();
        config.setMasterUrl(sandbox.uri().toString());
        var client = new KubernetesClientBuilder().withConfig(config).build();
        try (var api = new KubernetesApi(client, login, true)) {
            var secrets = "/api/v1/namespaces/default/secrets";

            assertThatThrownBy(() -> api.as(DEPLOYER).get(secrets))
                    .isInstanceOfSatisfying(
                            ApiFailure.class, it -> assertThat(it.code()).isEqualTo(403))
                    .hasMessageContaining(DEPLOYER);
            assertThat(said.get().text()).isEqualTo("Bearer service");
            assertThat(api.get(secrets)).isNotEmpty();
        }
    }

    private static void assertRefused(String verb, Runnable change) {
        assertThatThrownBy(change::run)
                .isInstanceOfSatisfying(
                        ApiFailure.class, it -> assertThat(it.code()).isEqualTo(403))
                .hasMessageContaining("User \"%s\" cannot %s resource".formatted(DEPLOYER, verb));
    }

    private void permit(String namespace) {
        own.applier()
                .apply(
                        new Manifest(
                                Map.of(
                                        "apiVersion",
                                        "rbac.authorization.k8s.io/v1",
                                        "kind",
                                        "RoleBinding",
                                        "metadata",
                                        Map.of("name", "deployer", "namespace", namespace),
                                        "roleRef",
                                        Map.of(
                                                "apiGroup",
                                                "rbac.authorization.k8s.io",
                                                "kind",
                                                "ClusterRole",
                                                "name",
                                                "cluster-admin"),
                                        "subjects",
                                        List.of(
                                                Map.of(
                                                        "kind",
                                                        "ServiceAccount",
                                                        "name",
                                                        "deployer",
                                                        "namespace",
                                                        "default"))),
                                ""));
    }

    private static Manifest map(String namespace, String name) {
        return new Manifest(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Map.of("name", name, "namespace", namespace)),
                "");
    }
}
