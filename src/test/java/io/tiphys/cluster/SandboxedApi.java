package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.vertx.core.Vertx;

/// A sandbox of a test's own, and its API as the service asks it.
final class SandboxedApi implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Sandbox sandbox;
    private final KubernetesApi api;

    SandboxedApi(SandboxSettings settings) {
        sandbox = Sandbox.start(vertx, settings);
        var config = Config.fromKubeconfig(sandbox.kubeconfig());
        api = new KubernetesApi(new KubernetesClientBuilder().withConfig(config).build());
    }

    /// In memory, and nobody but the test changes anything.
    static SandboxedApi lifeless() {
        return new SandboxedApi(new SandboxSettings(0, null, 1000, false));
    }

    Sandbox sandbox() {
        return sandbox;
    }

    KubernetesApi api() {
        return api;
    }

    @Override
    public void close() {
        api.close();
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
