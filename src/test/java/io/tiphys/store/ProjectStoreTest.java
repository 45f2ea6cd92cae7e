package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The projects of a sandbox that lists them and tells of no change.
class ProjectStoreTest {

    private static final StoreConfig CONFIG =
            new StoreConfig() {

                @Override
                public String namespace() {
                    return "argocd";
                }

                @Override
                public Optional<String> applicationNamespaces() {
                    return Optional.empty();
                }
            };

    private Vertx vertx;
    private Sandbox sandbox;
    private KubernetesClient client;
    private Clusters clusters;
    private Settings settings;
    private Secrets secrets;
    private ProjectStore projects;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        sandbox = Sandbox.start(vertx, SandboxSettings.inMemory());
        var config = Config.fromKubeconfig(sandbox.kubeconfig());
        client = new KubernetesClientBuilder().withConfig(config).build();
        client.load(getClass().getResourceAsStream("/crds/appproject.yaml")).serverSideApply();
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("argocd")
                                .endMetadata()
                                .build())
                .create();
        sandbox.faults().fail(Integer.MAX_VALUE, "watch", "appprojects.argoproj.io", 503);
        clusters = new Clusters(config, List.of());
        settings = new Settings(CONFIG, clusters);
        secrets = new Secrets(CONFIG, clusters);
        projects = new ProjectStore(CONFIG, clusters, settings, secrets);
        projects.start(new StartupEvent());
    }

    @AfterEach
    void stop() {
        projects.stop(new ShutdownEvent());
        secrets.stop(new ShutdownEvent());
        settings.stop(new ShutdownEvent());
        clusters.close();
        client.close();
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_project_that_the_watch_has_not_brought_is_asked_for() {
        make("shop");
        make("other");

        projects.look("shop");

        assertThat(projects.find("shop")).containsInstanceOf(ProjectStore.Entry.Valid.class);
        assertThat(projects.find("other")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "", "../../secrets", "a/b", "*"})
    void what_is_the_name_of_none_finds_none(String name) {
        make("shop");

        projects.look(name);

        assertThat(projects.find("shop")).isEmpty();
        assertThat(projects.find(name)).isEmpty();
    }

    private void make(String name) {
        client.resource(
                        """
                        apiVersion: argoproj.io/v1alpha1
                        kind: AppProject
                        metadata: {name: %s, namespace: argocd}
                        spec: {sourceRepos: ["*"]}
                        """
                                .formatted(name))
                .create();
    }
}
