package io.tiphys.dev.sandbox;

import io.tiphys.dev.sandbox.http.ApiServer;
import io.tiphys.dev.sandbox.http.Audit;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.life.Life;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.storage.Store;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Kubernetes API server in this process, on loopback, with controllers that play along. Several
/// may run at once and know nothing of each other.
public final class Sandbox implements AutoCloseable {

    private final Store store;
    private final @Nullable Life life;
    private final ApiServer server;
    private final Audit audit;
    private final URI uri;

    private Sandbox(Store store, @Nullable Life life, ApiServer server, Audit audit, URI uri) {
        this.store = store;
        this.life = life;
        this.server = server;
        this.audit = audit;
        this.uri = uri;
    }

    /// Starts one; blocks until it listens, so not to be called on an event loop.
    public static Sandbox start(Vertx vertx, SandboxSettings settings) {
        var clock = InstantSource.system();
        var store = new Store(settings.historyLimit(), settings.journal());
        var catalog = new Catalog();
        var registry = new Registry(catalog, store, clock);
        FirstObjects.make(catalog, store, registry);
        var life = settings.life() ? Life.begin(catalog, store, registry, clock) : null;
        var audit = new Audit();
        var server = new ApiServer(vertx, catalog, store, registry, audit);
        var port = server.listen(settings.port()).join();
        var uri = URI.create("http://127.0.0.1:" + port);
        return new Sandbox(store, life, server, audit, uri);
    }

    public URI uri() {
        return uri;
    }

    /// What `kubectl` and every other client take as their configuration.
    public String kubeconfig() {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: sandbox
          cluster:
            server: %s
        contexts:
        - name: sandbox
          context:
            cluster: sandbox
            user: sandbox
        users:
        - name: sandbox
          user: {}
        current-context: sandbox
        """
                .formatted(uri);
    }

    /// How often each verb was asked of each resource, such as `apply deployments.apps`.
    public Map<String, Long> audit() {
        return audit.counts();
    }

    @Override
    public void close() {
        server.close().join();
        if (life != null) {
            life.close();
        }
        store.close();
    }
}
