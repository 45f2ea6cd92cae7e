package io.tiphys.dev;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.cluster.DefaultCluster;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sandbox that is there when no cluster is configured, with what an installation brings: the
/// namespace, the kinds, the project and the Secret with the webhooks' secrets, which are drawn
/// at the first start.
@Singleton
class EmbeddedCluster implements DefaultCluster {

    static final String NAMESPACE = "argocd";
    private static final String SECRET = "argocd-secret";
    private static final List<String> KINDS =
            List.of("/crds/application.yaml", "/crds/appproject.yaml");
    private static final List<String> WEBHOOK_SECRETS =
            List.of("webhook.github.secret", "webhook.distribution.secret");

    private final Instance<DataDirectory> data;
    private @Nullable Running running;

    private record Running(
            Vertx vertx, Sandbox sandbox, KubernetesClient client, Path kubeconfigFile) {}

    EmbeddedCluster(Instance<DataDirectory> data) {
        this.data = data;
    }

    @Override
    public synchronized String kubeconfig() {
        if (running == null) {
            running = start();
        }
        return running.sandbox.kubeconfig();
    }

    /// Whether somebody asked for the sandbox, because nothing else is configured.
    synchronized boolean inUse() {
        return running != null;
    }

    Path kubeconfigFile() {
        return running().kubeconfigFile;
    }

    KubernetesClient client() {
        return running().client;
    }

    /// The secret that a sender shares with the service, as it stands in the cluster now.
    String webhookSecret(String key) {
        var secret = client().secrets().inNamespace(NAMESPACE).withName(SECRET).get();
        return new String(
                Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    @PreDestroy
    synchronized void close() {
        if (running != null) {
            running.client.close();
            running.sandbox.close();
            running.vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private synchronized Running running() {
        if (running == null) {
            throw new IllegalStateException("The sandbox is not in use");
        }
        return running;
    }

    private Running start() {
        var directory = data.get();
        // Its own, so that what the sandbox serves is not counted among what the service serves.
        var vertx = Vertx.vertx();
        var sandbox =
                Sandbox.start(
                        vertx,
                        SandboxSettings.at(
                                directory.port("sandbox"), directory.resolve("sandbox.jsonl")));
        var client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(sandbox.kubeconfig()))
                        .build();
        var kubeconfigFile = directory.resolve("kubeconfig");
        try {
            Files.writeString(kubeconfigFile, sandbox.kubeconfig());
        } catch (IOException unwritable) {
            throw new UncheckedIOException("Cannot write " + kubeconfigFile, unwritable);
        }
        install(client);
        return new Running(vertx, sandbox, client, kubeconfigFile);
    }

    private static void install(KubernetesClient client) {
        KINDS.forEach(kind -> client.load(resource(kind)).forceConflicts().serverSideApply());
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(NAMESPACE)
                                .endMetadata()
                                .build())
                .serverSideApply();
        var secrets = client.secrets().inNamespace(NAMESPACE);
        if (secrets.withName(SECRET).get() == null) {
            var secret = new SecretBuilder().withNewMetadata().withName(SECRET).endMetadata();
            WEBHOOK_SECRETS.forEach(key -> secret.addToStringData(key, randomSecret()));
            secrets.resource(secret.build()).create();
        }
        if (client.genericKubernetesResources("argoproj.io/v1alpha1", "AppProject")
                        .inNamespace(NAMESPACE)
                        .withName("default")
                        .get()
                == null) {
            client.load(resource("/dev/default-project.yaml")).create();
        }
    }

    private static InputStream resource(String name) {
        var found = EmbeddedCluster.class.getResourceAsStream(name);
        if (found == null) {
            throw new IllegalStateException("The build lacks " + name);
        }
        return found;
    }

    private static String randomSecret() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
