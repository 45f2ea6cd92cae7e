package io.tiphys.dev.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The sandbox through the client that the product uses.
class ClientTest {

    private static ASandbox sandbox;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.withLife();
        client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(sandbox.sandbox().kubeconfig()))
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        sandbox.close();
    }

    private static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("a", value)
                .build();
    }

    private static PatchContext as(String manager, boolean force) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(force)
                .build();
    }

    @Test
    void it_reads_the_version_and_what_is_served() {
        assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("32");
        assertThat(client.getApiGroup("apps").getPreferredVersion().getVersion()).isEqualTo("v1");
        assertThat(client.getApiResources("apps/v1").getResources())
                .anyMatch(resource -> resource.getName().equals("deployments"));
    }

    @Test
    void it_applies_on_the_server_and_meets_conflicts() {
        client.resource(configMap("ssa", "1")).patch(as("one", false));
        Assertions.assertThatThrownBy(
                        () -> client.resource(configMap("ssa", "2")).patch(as("two", false)))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("conflict with \"one\"");
        var forced = client.resource(configMap("ssa", "2")).patch(as("two", true));
        assertThat(forced.getData()).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void it_edits_replaces_and_deletes() {
        client.resource(configMap("edited", "1")).create();
        client.configMaps()
                .inNamespace("default")
                .withName("edited")
                .edit(map -> new ConfigMapBuilder(map).addToData("b", "2").build());
        var found = client.configMaps().inNamespace("default").withName("edited").get();
        assertThat(found.getData()).containsEntry("b", "2");
        client.resource(found).delete();
        assertThat(client.configMaps().inNamespace("default").withName("edited").get()).isNull();
    }

    @Test
    void it_waits_until_a_deployment_is_ready() {
        var deployment =
                Serialization.unmarshal(ASandbox.deployment("ready", ""), Deployment.class);
        client.resource(deployment).inNamespace("default").create();
        var ready =
                client.apps()
                        .deployments()
                        .inNamespace("default")
                        .withName("ready")
                        .waitUntilReady(10, TimeUnit.SECONDS);
        assertThat(ready.getStatus().getReadyReplicas()).isEqualTo(2);
    }

    @Test
    void its_informers_follow() {
        var informer = client.configMaps().inNamespace("default").inform();
        try {
            client.resource(configMap("informed", "1")).create();
            await().until(() -> informer.getStore().getByKey("default/informed") != null);
            client.resource(configMap("informed", "1")).delete();
            await().until(() -> informer.getStore().getByKey("default/informed") == null);
        } finally {
            informer.close();
        }
    }

    @Test
    void its_watches_fall_back_from_websockets_to_http() {
        var events = new CopyOnWriteArrayList<String>();
        Watcher<GenericKubernetesResource> watcher =
                new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource object) {
                        events.add(action + " " + object.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        events.add("closed");
                    }
                };
        var secrets = client.genericKubernetesResources("v1", "Secret").inNamespace("kube-system");
        try (var watch = secrets.watch(watcher)) {
            assertThat(watch).isNotNull();
            sandbox.post("/api/v1/namespaces/kube-system/secrets", "{metadata: {name: w}}");
            await().until(() -> events.equals(List.of("ADDED w")));
        }
    }

    @Test
    void its_watches_work_over_plain_http_alone() {
        var config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(sandbox.sandbox().uri().toString())
                        .withOnlyHttpWatches(true)
                        .build();
        try (var plain = new KubernetesClientBuilder().withConfig(config).build();
                var informer = plain.secrets().inNamespace("kube-public").inform()) {
            sandbox.post("/api/v1/namespaces/kube-public/secrets", "{metadata: {name: h}}");
            await().until(() -> informer.getStore().getByKey("kube-public/h") != null);
        }
    }
}
