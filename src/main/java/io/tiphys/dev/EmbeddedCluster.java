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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The cluster that is there when none is configured, with what an installation brings: the
/// namespace, the kinds, the project and the Secret with the webhooks' secrets, which are drawn
/// at the first start. A sandbox, unless a real one is given to try things on.
@Singleton
class EmbeddedCluster implements DefaultCluster {

    static final String NAMESPACE = "argocd";
    private static final String SECRET = "argocd-secret";
    private static final List<String> KINDS =
            List.of("/crds/application.yaml", "/crds/appproject.yaml", "/crds/imageupdater.yaml");
    private static final List<String> WEBHOOK_SECRETS =
            List.of("webhook.github.secret", "webhook.distribution.secret");

    private final Instance<DataDirectory> data;
    private final Optional<Path> given;
    private @Nullable Running running;

    private record Running(
            @Nullable OwnSandbox own,
            String kubeconfig,
            KubernetesClient client,
            Path kubeconfigFile) {}

    private record OwnSandbox(Vertx vertx, Sandbox sandbox) {}

    EmbeddedCluster(Instance<DataDirectory> data, DevConfig config) {
        this.data = data;
        this.given = config.dev().kubeconfig();
    }

    @Override
    public synchronized String kubeconfig() {
        if (running == null) {
            running = start();
        }
        return running.kubeconfig;
    }

    /// Whether somebody asked for it, because nothing else is configured.
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
            var own = running.own;
            if (own != null) {
                own.sandbox.close();
                own.vertx.close().toCompletionStage().toCompletableFuture().join();
            }
        }
    }

    private synchronized Running running() {
        if (running == null) {
            throw new IllegalStateException("Another cluster is configured");
        }
        return running;
    }

    private Running start() {
        try {
            var started = given.isPresent() ? reach(given.get()) : startSandbox();
            install(started.client);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read or write a kubeconfig", e);
        }
    }

    private static Running reach(Path file) throws IOException {
        var kubeconfig = Files.readString(file);
        return new Running(null, kubeconfig, client(kubeconfig), file.toAbsolutePath());
    }

    private Running startSandbox() throws IOException {
        var directory = data.get();
        // Its own, so that what the sandbox serves is not counted among what the service serves.
        var vertx = Vertx.vertx();
        var sandbox =
                Sandbox.start(
                        vertx,
                        SandboxSettings.at(
                                directory.port("sandbox"), directory.resolve("sandbox.jsonl")));
        var kubeconfig = sandbox.kubeconfig();
        var file = directory.resolve("kubeconfig");
        Files.writeString(file, kubeconfig);
        return new Running(new OwnSandbox(vertx, sandbox), kubeconfig, client(kubeconfig), file);
    }

    private static KubernetesClient client(String kubeconfig) {
        return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
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
