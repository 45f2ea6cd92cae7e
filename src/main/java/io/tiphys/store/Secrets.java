package io.tiphys.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.WatchedCollection;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.store.crd.ClusterSecretReader;
import io.tiphys.store.crd.RepositorySecretReader;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The Secrets of the control plane's namespace, watched: a changed one counts at once.
@Singleton
public class Secrets {

    private static final long START_MILLIS = 30_000;

    /// Argo CD's own Secret, with the keys `webhook.github.secret` and others.
    private static final String SETTINGS = "argocd-secret";

    private static final String PART_OF = "app.kubernetes.io/part-of";

    private final String namespace;
    private final WatchedCollection secrets;

    /// Every delivery asks, and Secrets change once in a while.
    private final Map<String, List<String>> settings = new ConcurrentHashMap<>();

    /// By their names.
    private final Map<String, RepositorySecret> repositories = new ConcurrentHashMap<>();

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Clusters clusters;

    Secrets(StoreConfig config, Clusters clusters) {
        this.clusters = clusters;
        namespace = config.namespace();
        secrets =
                new WatchedCollection(
                        clusters.controlPlane(),
                        "/api/v1/namespaces/" + namespace + "/secrets",
                        "v1",
                        "Secret",
                        this::changed);
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
    /// dot, so that an old and a new one can count at once. A value `$name:key` stands for that key
    /// of the Secret `name` if this is labelled as a part of Argo CD, and `$key` for another one of
    /// `argocd-secret`; what refers to nothing stands for itself, as in Argo CD. What is absent,
    /// empty or not base64 is left out.
    ///
    /// @param key one of ours, not a stranger's: each is remembered
    public List<String> settings(String key) {
        return settings.computeIfAbsent(
                key, it -> values(it, name -> secrets.find(namespace, name)));
    }

    /// Those that say how Git repositories are reached.
    public Collection<RepositorySecret> repositories() {
        return List.copyOf(repositories.values());
    }

    Optional<Map<String, Object>> find(String name) {
        return secrets.find(namespace, name);
    }

    /// What a Secret holds, as text; nothing if there is no such Secret.
    Map<String, String> entries(String name) {
        var entries = new LinkedHashMap<String, String>();
        data(secrets.find(namespace, name))
                .forEach((key, value) -> decode(value).ifPresent(it -> entries.put(key, it)));
        return entries;
    }

    /// Calls back after every change of [#repositories] from now on, on the thread that saw it.
    /// Must return quickly.
    void onRepositoryChange(Runnable listener) {
        listeners.add(listener);
    }

    private void changed(
            @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
        settings.clear();
        var tree = after == null ? before : after;
        var name = Json.string(tree, "metadata", "name");
        Optional.ofNullable(after)
                .flatMap(ClusterSecretReader::read)
                .ifPresentOrElse(clusters::put, () -> clusters.remove(name));
        var now = Optional.ofNullable(after).flatMap(RepositorySecretReader::read);
        var old = now.isPresent() ? repositories.put(name, now.get()) : repositories.remove(name);
        if (!Objects.equals(old, now.orElse(null))) {
            listeners.forEach(Runnable::run);
        }
    }

    /// @param named the Secrets by their names
    static List<String> values(String key, Function<String, Optional<Map<String, Object>>> named) {
        return data(named.apply(SETTINGS)).entrySet().stream()
                .filter(it -> it.getKey().equals(key) || it.getKey().startsWith(key + "."))
                .flatMap(it -> decode(it.getValue()).stream())
                .map(value -> referred(value, named).orElse(value))
                .filter(value -> !value.isBlank())
                .toList();
    }

    private static Optional<String> referred(
            String value, Function<String, Optional<Map<String, Object>>> named) {
        if (!value.startsWith("$")) {
            return Optional.empty();
        }
        int colon = value.indexOf(':');
        var secret =
                colon < 0
                        ? named.apply(SETTINGS)
                        : named.apply(value.substring(1, colon)).filter(Secrets::isPartOfArgoCd);
        return Optional.ofNullable(data(secret).get(value.substring(Math.max(colon, 0) + 1)))
                .flatMap(Secrets::decode);
    }

    private static boolean isPartOfArgoCd(Map<String, Object> secret) {
        return "argocd".equals(Json.string(secret, "metadata", "labels", PART_OF));
    }

    private static Map<String, String> data(Optional<Map<String, Object>> secret) {
        return secret.map(it -> Json.strings(it, "data")).orElse(Map.of());
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
