package io.tiphys.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/// The packaged service in a process of its own, with everything that a user has of it: on a
/// sandbox cluster of its own or, with `-Dtiphys.test.cluster=kubeconfig`, on the one of
/// `KUBECONFIG`. There, only one of them runs at a time, and each begins on what looks like a fresh
/// cluster.
public final class Tiphys implements AutoCloseable {

    private static final Path LOGS = Path.of("target/journey-logs");
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TERMINATED = 128 + 15;
    private static final Pattern TROUBLE =
            Pattern.compile("^\\s+at \\S+\\(.*\\)|^Caused by: | ERROR \\[", Pattern.MULTILINE);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final ServiceJvm jvm;
    private final List<String> settings;
    private final List<Path> logs = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Optional<ExternalBroker> broker;
    private Process process;
    private JsonNode endpoints;
    private @Nullable KubernetesClient cluster;

    Tiphys(ServiceJvm jvm, Path data, List<String> settings) {
        this.jvm = jvm;
        this.data = data;
        this.settings = settings;
        boolean isGiven =
                settings.stream().anyMatch(it -> it.startsWith("kafka.bootstrap.servers="));
        broker =
                ExternalBroker.isChosen() && !isGiven
                        ? Optional.of(
                                ExternalBroker.start(
                                        data.resolveSibling(data.getFileName() + "-kafka")))
                        : Optional.empty();
        process = launch();
        endpoints = awaitEndpoints();
    }

    /// Starts one with its data there, on any port, and waits for its addresses.
    ///
    /// @param settings as `name=value`
    public static Tiphys start(Path data, String... settings) {
        return new Tiphys(ServiceJvm.thatStartsFast(), data, List.of(settings));
    }

    /// The same once more: same data directory, after a stop or a kill.
    public void restart() {
        assertThat(process.isAlive()).isFalse();
        process = launch();
        endpoints = awaitEndpoints();
    }

    /// As Ctrl-C or a container's end does it.
    public void stop() {
        process.destroy();
        try {
            assertThat(process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS))
                    .as("stopped in %s", STOP)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        forgetCluster();
        assertThat(process.exitValue()).isIn(0, TERMINATED);
    }

    /// kill -9.
    public void kill() {
        process.destroyForcibly().onExit().join();
        forgetCluster();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        broker.ifPresent(ExternalBroker::close);
        forgetCluster();
        http.close();
    }

    /// What a Kafka client needs to reach the service's broker.
    Map<String, Object> kafkaSettings() {
        return broker.<Map<String, Object>>map(it -> Map.copyOf(it.clientSettings()))
                .orElseGet(() -> Map.of("bootstrap.servers", endpoint("kafka")));
    }

    /// What all of its runs printed.
    public String log() {
        var text = new StringBuilder();
        for (var log : logs) {
            text.append("== ").append(log).append('\n').append(read(log));
        }
        return text.toString();
    }

    public void assertNoTroubleInLog() {
        assertThat(read(logs.getLast())).doesNotContainPattern(TROUBLE);
    }

    public Path data() {
        return data;
    }

    /// One of the addresses of `endpoints.json`.
    public String endpoint(String name) {
        return endpoints.path(name).asText();
    }

    public SampleClone cloneSample() {
        return SampleClone.of(URI.create(endpoint("sampleRepository")));
    }

    public KubernetesClient cluster() {
        if (cluster == null) {
            cluster =
                    new KubernetesClientBuilder()
                            .withConfig(
                                    Config.fromKubeconfig(read(Path.of(endpoint("kubeconfig")))))
                            .build();
        }
        return cluster;
    }

    /// Applications as objects of the cluster.
    public NonNamespaceOperation<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    Resource<GenericKubernetesResource>>
            applications() {
        return cluster()
                .genericKubernetesResources("argoproj.io/v1alpha1", "Application")
                .inNamespace("argocd");
    }

    /// Creates an Application from YAML, in which `@SAMPLE@` is the sample repository.
    public void create(String application) {
        cluster().resource(application.replace("@SAMPLE@", endpoint("sampleRepository"))).create();
    }

    /// A project that may do everything.
    public void createProject(String name) {
        create(
                """
                apiVersion: argoproj.io/v1alpha1
                kind: AppProject
                metadata: {name: %s, namespace: argocd}
                spec:
                  sourceRepos: ["*"]
                  destinations: [{server: "*", namespace: "*"}]
                  clusterResourceWhitelist: [{group: "*", kind: "*"}]
                """
                        .formatted(name));
    }

    public Deployment deployment(String namespace, String name) {
        var found = cluster().apps().deployments().inNamespace(namespace).withName(name).get();
        assertThat(found).as("Deployment %s/%s", namespace, name).isNotNull();
        return found;
    }

    /// A webhook's secret, from where an administrator finds it.
    public String secret(String key) {
        var secret = cluster().secrets().inNamespace("argocd").withName("argocd-secret").get();
        return new String(
                Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    /// A Secret that says how a repository is reached, in place of one of that name.
    public void repositorySecret(String name, Map<String, String> fields) {
        var data = new HashMap<String, String>();
        fields.forEach(
                (key, value) ->
                        data.put(
                                key,
                                Base64.getEncoder()
                                        .encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        cluster()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace("argocd")
                                .addToLabels("argocd.argoproj.io/secret-type", "repository")
                                .endMetadata()
                                .withData(data)
                                .build())
                .serverSideApply();
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(endpoint("api") + path)).GET().build());
    }

    /// @param headers names and values in turn
    public HttpResponse<String> post(String path, byte[] body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(endpoint("api") + path))
                        .POST(BodyPublishers.ofByteArray(body));
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpClient http() {
        return http;
    }

    /// The Application as the API has it.
    public JsonNode application(String name) {
        var answer =
                eventually()
                        .until(
                                () -> get("/api/v1/applications/" + name),
                                it -> it.statusCode() != 404);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    public JsonNode awaitSynced(String name, String commit) {
        eventually()
                .untilAsserted(
                        () -> {
                            var sync = application(name).at("/status/sync");
                            assertThat(sync.path("revision").asText()).isEqualTo(commit);
                            assertThat(sync.path("status").asText()).isEqualTo("Synced");
                        });
        return application(name);
    }

    /// Waits until that is what stands against the comparison.
    public void awaitComparisonError(String name, String words) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(application(name).at("/status/conditions/0").toString())
                                        .contains("ComparisonError", words));
    }

    /// Asks as `kubectl annotate` does.
    ///
    /// @param how `normal` or `hard`
    public void refresh(String name, String how) {
        var patch = "{\"metadata\": {\"annotations\": {\"argocd.argoproj.io/refresh\": \"%s\"}}}";
        patch(name, patch.formatted(how));
    }

    /// Changes an Application whatever version it has: the service may be writing it meanwhile.
    ///
    /// @param patch JSON that is merged into it
    public void patch(String name, String patch) {
        applications().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    /// Makes these the entries of `argocd-cm`, and no others.
    public void settings(Map<String, String> entries) {
        var metadata = new ObjectMetaBuilder().withName("argocd-cm").withNamespace("argocd");
        var map = new ConfigMapBuilder().withMetadata(metadata.build()).withData(entries);
        cluster().resource(map.build()).createOr(existing -> existing.update());
    }

    /// Waits for a moment that may soon be over, and looks as often as it can.
    public static void asSoonAs(Callable<Boolean> condition) {
        eventually().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
    }

    /// Waits for a condition, generously: nothing is measured here.
    public static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50));
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    private Process launch() {
        var given = GivenCluster.chosen();
        given.ifPresent(it -> it.giveTo(this));
        try {
            // What a killed process left says nothing about the next.
            Files.deleteIfExists(data.resolve("endpoints.json"));
            Files.createDirectories(LOGS);
            var log = Files.createTempFile(LOGS, "service-", ".log");
            logs.add(log);
            var properties = new ArrayList<String>();
            properties.add("quarkus.http.port=0");
            properties.add("tiphys.data-dir=" + data);
            // As in a cluster: with one there is an order that nobody may count on.
            properties.add("tiphys.kafka.partitions=3");
            properties.addAll(settings);
            given.ifPresent(it -> properties.add("tiphys.dev.kubeconfig=" + it.kubeconfig()));
            var builder =
                    new ProcessBuilder(jvm.command(properties))
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            broker.ifPresent(it -> it.nameIn(builder.environment()));
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode awaitEndpoints() {
        var file = data.resolve("endpoints.json");
        try {
            await().atMost(START)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast("the service ended: " + logs.getLast(), () -> !process.isAlive())
                    .until(() -> Files.exists(file));
        } catch (RuntimeException failed) {
            process.destroyForcibly();
            throw new AssertionError(log(), failed);
        }
        return json(read(file));
    }

    private void forgetCluster() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
