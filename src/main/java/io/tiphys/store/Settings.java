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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The ConfigMaps of the control plane's namespace, watched: a changed one counts at once.
@Singleton
class Settings {

    private static final long START_MILLIS = 30_000;

    private final String namespace;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final WatchedCollection maps;

    Settings(StoreConfig config, Clusters clusters) {
        namespace = config.namespace();
        maps =
                new WatchedCollection(
                        clusters.controlPlane(),
                        "/api/v1/namespaces/" + namespace + "/configmaps",
                        "v1",
                        "ConfigMap",
                        (_, _) -> listeners.forEach(Runnable::run));
    }

    /// Before any repository is asked: without its certificate a host would not be believed.
    ///
    /// @throws IllegalStateException if the cluster does not list them, which ends the start
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        requireListed();
    }

    /// Waits until they are known.
    ///
    /// @throws IllegalStateException if the cluster does not list them
    void requireListed() {
        if (!maps.awaitListed(START_MILLIS)) {
            throw new IllegalStateException(
                    "The cluster does not list the ConfigMaps of the namespace %s: may the service read them?"
                            .formatted(namespace));
        }
    }

    /// The entries of a ConfigMap; none if there is no such ConfigMap.
    Map<String, String> entries(String name) {
        return maps.find(namespace, name).map(it -> Json.strings(it, "data")).orElse(Map.of());
    }

    /// Calls back after every change from now on, on the thread that saw it. Must return quickly.
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /// Before the connection that it watches by is closed.
    void stop(@Observes ShutdownEvent event) {
        maps.close();
    }
}
