package io.tiphys.dev.sandbox;

import io.tiphys.dev.sandbox.access.Access;
import io.tiphys.dev.sandbox.http.ApiServer;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.life.Life;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.table.Tables;
import io.tiphys.dev.sandbox.traffic.Audit;
import io.tiphys.dev.sandbox.traffic.Faults;
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
    private final Access access;
    private final Audit audit;
    private final Faults faults;
    private final URI uri;

    private Sandbox(
            Store store,
            @Nullable Life life,
            ApiServer server,
            Access access,
            Audit audit,
            Faults faults,
            URI uri) {
        this.store = store;
        this.life = life;
        this.server = server;
        this.access = access;
        this.audit = audit;
        this.faults = faults;
        this.uri = uri;
    }

    /// Starts one; blocks until it listens, so not to be called on an event loop.
    public static Sandbox start(Vertx vertx, SandboxSettings settings) {
        var clock = InstantSource.system();
        var store = new Store(settings.historyLimit(), settings.journal());
        var catalog = new Catalog();
        var registry = new Registry(catalog, store, clock);
        FirstObjects.make(catalog, store, registry);
        var access = new Access(settings.tokens(), store, clock);
        if (access.adminToken() != null) {
            FirstObjects.makeRoles(catalog, store, registry);
        }
        var life = settings.life() ? Life.begin(catalog, store, registry, clock) : null;
        var audit = new Audit();
        var faults = new Faults(store, audit);
        var server =
                new ApiServer(
                        vertx,
                        catalog,
                        store,
                        registry,
                        access,
                        audit,
                        faults,
                        new Tables(store, clock));
        var port = server.listen(settings.port()).join();
        var uri = URI.create("http://127.0.0.1:" + port);
        return new Sandbox(store, life, server, access, audit, faults, uri);
    }

    public URI uri() {
        return uri;
    }

    /// The kubeconfig of an administrator. `kubectl` itself sends no token over plain HTTP, so that
    /// it can work only with a sandbox that needs none.
    ///
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
          user: %s
        current-context: sandbox
        """
                .formatted(
                        uri,
                        access.adminToken() == null
                                ? "{}"
                                : "{token: \"" + access.adminToken() + "\"}");
    }

    /// How often each verb was asked of each resource, such as `apply deployments.apps`.
    public Map<String, Long> audit() {
        return audit.counts();
    }

    /// Makes things go wrong.
    public Faults faults() {
        return faults;
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
