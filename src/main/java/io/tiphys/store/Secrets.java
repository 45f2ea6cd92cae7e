package io.tiphys.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.WatchedCollection;
import io.tiphys.core.model.Json;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// The Secrets of the control plane's namespace, watched: a changed one counts at once.
@Singleton
public class Secrets {

    private static final long START_MILLIS = 30_000;

    /// Argo CD's own Secret, with the keys `webhook.github.secret` and others.
    private static final String SETTINGS = "argocd-secret";

    private final String namespace;
    private final WatchedCollection secrets;

    Secrets(StoreConfig config, Clusters clusters) {
        namespace = config.namespace();
        secrets =
                new WatchedCollection(
                        clusters.controlPlane(),
                        "/api/v1/namespaces/" + namespace + "/secrets",
                        "v1",
                        "Secret",
                        (_, _) -> {});
    }

    /// Before the first delivery can come: without its secret it would be refused.
    ///
    /// @throws IllegalStateException if the cluster does not list them, which ends the start
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!secrets.awaitListed(START_MILLIS)) {
            throw new IllegalStateException(
                    "The cluster does not list the Secrets of the namespace %s: may the service read them?"
                            .formatted(namespace));
        }
    }

    /// A value of `argocd-secret`.
    ///
    /// @return empty if the key is absent, empty or not base64
    public Optional<String> setting(String key) {
        return secrets.find(namespace, SETTINGS)
                .map(secret -> Json.string(secret, "data", key))
                .flatMap(Secrets::decode)
                .filter(value -> !value.isBlank());
    }

    /// Before the connection that it watches by is closed.
    void stop(@Observes ShutdownEvent event) {
        secrets.close();
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(
                    new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            // The API server refuses such a Secret; a value that cannot be read is no value.
            return Optional.empty();
        }
    }
}
