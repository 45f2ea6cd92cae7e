package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.core.model.ClusterAccess;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.dev.sandbox.access.User;
import io.tiphys.support.FaultyLink;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Two clusters, each a sandbox: the control plane's own, and another behind a way that can be bad.
abstract class AgainstTwoClusters {

    static final Destination OWN = new Destination("", "in-cluster", "");
    static final Destination OTHER = new Destination("", "other", "");

    final List<String> changes = new CopyOnWriteArrayList<>();
    final List<Predicate<Destination>> told = new CopyOnWriteArrayList<>();
    Vertx vertx;
    Sandbox own;
    Sandbox other;
    FaultyLink link;
    Clusters clusters;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        own = Sandbox.start(vertx, SandboxSettings.inMemory());
        other =
                Sandbox.start(
                        vertx,
                        SandboxSettings.inMemory()
                                .withTokens(Map.of("good", User.of("tiphys", User.MASTERS))));
        link = FaultyLink.to(other.uri());
        clusters = new Clusters(Config.fromKubeconfig(own.kubeconfig()), List.of());
        clusters.onLive(change -> changes.addAll(change.applications()));
        clusters.onChange(told::add);
    }

    @AfterEach
    void stop() {
        clusters.stop(null);
        clusters.close();
        link.close();
        own.close();
        other.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    Cluster ready(Destination destination) {
        eventually().until(() -> clusters.find(destination) instanceof Found.Ready);
        return clusters.find(destination) instanceof Found.Ready(var cluster)
                ? cluster
                : fail("gone again");
    }

    static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60));
    }

    ClusterSecret other(String token) {
        return secret("other", link.url(), Map.of("bearerToken", token));
    }

    /// @param config as its Secret has it
    static ClusterSecret secret(String name, String url, Map<String, Object> config) {
        return new ClusterSecret(
                name,
                name,
                url,
                Set.of(),
                false,
                "",
                "",
                Map.of(),
                Map.of(),
                ClusterAccess.read(config),
                Optional.empty());
    }

    static Manifest tracked(String name) {
        return new TrackingId(name, key(name)).stamp(new Manifest(data(name), ""));
    }

    static Map<String, Object> data(String name) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", "v1");
        object.put("kind", "ConfigMap");
        object.put("metadata", Map.of("name", name, "namespace", "default"));
        object.put("data", Map.of("value", "1"));
        return object;
    }

    static ResourceKey key(String name) {
        return new ResourceKey("", "ConfigMap", "default", name);
    }
}
