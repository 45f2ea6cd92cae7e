package io.tiphys.dev;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.value.registry.ValueRegistry;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.common.annotation.Identifier;
import io.tiphys.store.ApplicationStore;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Gives a newcomer something to try: the sample repository beside the sandbox, its Applications,
/// and the five addresses. Does nothing where a real cluster is configured.
@Singleton
class SampleHost {

    private static final Logger LOG = Logger.getLogger(SampleHost.class);

    /// With another event loop, that has something to do yet.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EmbeddedCluster cluster;
    private final Instance<DataDirectory> data;
    private final Instance<Map<String, Object>> kafka;
    private final ValueRegistry values;
    private volatile @Nullable GitHubPushDelivery deliveries;
    private @Nullable SampleRepository repository;

    /// @param store asked for so that whether the sandbox is in use is settled
    SampleHost(
            ApplicationStore store,
            EmbeddedCluster cluster,
            Instance<DataDirectory> data,
            @Identifier("default-kafka-broker") Instance<Map<String, Object>> kafka,
            ValueRegistry values) {
        this.cluster = cluster;
        this.data = data;
        this.kafka = kafka;
        this.values = values;
    }

    /// Before anybody looks at Git: Applications of an earlier start name this repository.
    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
        if (cluster.inUse()) {
            repository =
                    SampleRepository.start(
                            data.get().resolve("sample.git"),
                            data.get().port("sample-repository"),
                            (git, url, update) -> {
                                var host = deliveries;
                                if (host != null) {
                                    host.pushed(git, url, update);
                                }
                            });
        }
    }

    /// The port is known only now: the configured one may be 0, which takes any.
    void listening(@ObservesAsync HttpServerStart server) {
        var sample = repository;
        if (sample == null) {
            return;
        }
        var base = "http://127.0.0.1:" + port();
        var host =
                new GitHubPushDelivery(
                        URI.create(base + "/api/webhook"),
                        () -> cluster.webhookSecret("webhook.github.secret"));
        deliveries = host;
        applications(sample);
        // What was pushed last may have been pushed in vain. It also takes the whole way once
        // before the first push that somebody waits for.
        sample.repeatLastPush(host);
        var endpoints =
                new Endpoints(
                        base,
                        base + "/",
                        sample.cloneUrl().toString(),
                        cluster.kubeconfigFile().toString(),
                        String.valueOf(kafka.get().get("bootstrap.servers")));
        data.get().writeEndpoints(endpoints);
        LOG.infof(
                """
                Ready.
                  API                %s/api/v1/applications
                  Web page           %s
                  Sample repository  %s
                  Kubeconfig         %s
                  Kafka              %s\
                """,
                endpoints.api(),
                endpoints.web(),
                endpoints.sampleRepository(),
                endpoints.kubeconfig(),
                endpoints.kafka());
    }

    @PreDestroy
    void close() {
        if (deliveries != null) {
            deliveries.close();
        }
        if (repository != null) {
            repository.close();
        }
    }

    /// Every event loop binds the port, the first of them makes it known and another one may tell
    /// of the start: the port may then be a few instructions away.
    private int port() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!values.containsKey(HttpServer.HTTP_PORT) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return values.get(HttpServer.HTTP_PORT);
    }

    /// Makes the sample Applications that are missing. Those that are there may have been changed
    /// by their user and are left alone, but for an address that has moved.
    private void applications(SampleRepository sample) {
        var client = cluster.client();
        var documents = sample.applications().getBytes(StandardCharsets.UTF_8);
        for (HasMetadata wanted : client.load(new ByteArrayInputStream(documents)).items()) {
            var existing = client.resource(wanted).get();
            if (existing == null) {
                client.resource(wanted).create();
            } else if (existing instanceof GenericKubernetesResource application
                    && moved(application.get("spec", "source", "repoURL"), sample.cloneUrl())) {
                client.resource(application)
                        .edit(
                                known -> {
                                    Map<String, Object> source = known.get("spec", "source");
                                    source.put("repoURL", sample.cloneUrl().toString());
                                    return known;
                                });
            }
        }
    }

    /// Whether an address is this repository's on another port.
    private static boolean moved(@Nullable String address, URI cloneUrl) {
        return address != null
                && !address.equals(cloneUrl.toString())
                && address.matches("http://127\\.0\\.0\\.1:\\d+" + cloneUrl.getPath());
    }
}
