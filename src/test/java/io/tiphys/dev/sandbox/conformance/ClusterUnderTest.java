package io.tiphys.dev.sandbox.conformance;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.support.GivenCluster;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The API server that cases are asked of: a sandbox of their own, or, with
/// `-Dtiphys.test.cluster=kubeconfig`, the one of `KUBECONFIG`.
final class ClusterUnderTest implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final @Nullable Vertx vertx;
    private final @Nullable Sandbox sandbox;
    private final KubernetesClient client;

    /// For what a case sends with credentials of its own, instead of the administrator's.
    private final KubernetesClient bare;
    private final String kubeconfig;

    record Answer(int code, String body) {}

    private ClusterUnderTest(@Nullable Vertx vertx, @Nullable Sandbox sandbox, String kubeconfig) {
        this.vertx = vertx;
        this.sandbox = sandbox;
        this.kubeconfig = kubeconfig;
        var config = Config.fromKubeconfig(kubeconfig);
        // A refusal is an answer here, not a reason to try again.
        config.setRequestRetryBackoffLimit(0);
        client = new KubernetesClientBuilder().withConfig(config).build();
        bare =
                new KubernetesClientBuilder()
                        .withConfig(
                                new ConfigBuilder(config)
                                        .withClientCertData(null)
                                        .withClientCertFile(null)
                                        .withClientKeyData(null)
                                        .withClientKeyFile(null)
                                        .build())
                        .withHttpClientBuilderConsumer(
                                http ->
                                        http.addOrReplaceInterceptor(
                                                TokenRefreshInterceptor.NAME, null))
                        .build();
    }

    /// @param settings of the sandbox, if it is one
    static ClusterUnderTest chosen(SandboxSettings settings) {
        return GivenCluster.chosen()
                .map(it -> new ClusterUnderTest(null, null, read(it.kubeconfig())))
                .orElseGet(() -> sandbox(settings));
    }

    private static ClusterUnderTest sandbox(SandboxSettings settings) {
        var vertx = Vertx.vertx();
        var sandbox = Sandbox.start(vertx, settings);
        return new ClusterUnderTest(vertx, sandbox, sandbox.kubeconfig());
    }

    private static String read(Path kubeconfig) {
        try {
            return Files.readString(kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How to reach it, for other clients.
    String kubeconfig() {
        return kubeconfig;
    }

    boolean isReal() {
        return sandbox == null;
    }

    Answer ask(String method, String path, Map<String, String> headers, @Nullable String body) {
        var http = (headers.containsKey("Authorization") ? bare : client).getHttpClient();
        var request = http.newHttpRequestBuilder().uri(address(path));
        headers.forEach(request::header);
        request.method(method, headers.get("Content-Type"), body);
        var response = await(http.sendAsync(request.build(), byte[].class), path);
        var bytes = response.body();
        return new Answer(
                response.code(), bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8));
    }

    /// Reads a watch's lines until there are so many, then hangs up.
    List<String> watch(String path, String accept, int count) {
        var request =
                client.getHttpClient()
                        .newHttpRequestBuilder()
                        .uri(address(path))
                        .header("Accept", accept)
                        .forStreaming();
        var response =
                await(client.getHttpClient().sendAsync(request.build(), InputStream.class), path);
        // The server ends a watch that says too little, so that reading cannot last for ever.
        var lines = new ArrayList<String>();
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (var line = ""; lines.size() < count; lines.add(line)) {
                line = reader.readLine();
                if (line == null) {
                    throw new AssertionError(path + " said no more than " + lines);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " said no more than " + lines, e);
        }
        return lines;
    }

    private static <T> T await(CompletableFuture<T> sent, String path) {
        try {
            return sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("No answer to " + path, e);
        }
    }

    private String address(String path) {
        return client.getMasterUrl().toString().replaceAll("/$", "") + path;
    }

    @Override
    public void close() {
        client.close();
        bare.close();
        if (sandbox != null) {
            sandbox.close();
        }
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
