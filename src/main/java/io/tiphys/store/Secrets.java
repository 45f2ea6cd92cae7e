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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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

    /// Values of `argocd-secret`: a key's own, and those of every key that continues it after a
    /// dot, so that an old and a new one can count at once. What is absent, empty or not base64 is
    /// left out.
    public List<String> settings(String key) {
        var data =
                secrets.find(namespace, SETTINGS)
                        .map(secret -> Json.object(secret, "data"))
                        .orElse(Map.of());
        var values = new ArrayList<String>(1);
        data.forEach(
                (name, value) -> {
                    boolean counts =
                            name.startsWith(key)
                                    && (name.length() == key.length()
                                            || name.charAt(key.length()) == '.');
                    if (counts && value instanceof String text) {
                        decode(text).filter(it -> !it.isBlank()).ifPresent(values::add);
                    }
                });
        return values;
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
