package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.storage.Change;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// One thread that looks at every object that changed, and at its owners, and lets the controllers
/// act. An object waits in the queue at most once, so there are never more entries than objects.
public final class Life implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Life.class);
    private static final String CRDS = "customresourcedefinitions.apiextensions.k8s.io";

    /// The kinds that do something by themselves.
    private static final Set<String> ALIVE =
            Set.of(
                    "pods",
                    "replicasets.apps",
                    "deployments.apps",
                    "statefulsets.apps",
                    "daemonsets.apps",
                    "jobs.batch",
                    "namespaces",
                    "services",
                    "ingresses.networking.k8s.io",
                    "persistentvolumeclaims",
                    Aggregation.ROLES,
                    CRDS);

    /// Those whose status says which generation it is about, but for what they own themselves.
    private static final Set<String> WORKLOADS =
            Set.of("deployments.apps", "statefulsets.apps", "daemonsets.apps");

    private final Store store;
    private final Workbench bench;
    private final Pods pods;
    private final ReplicaSets replicaSets;
    private final Deployments deployments;
    private final NumberedSets numberedSets;
    private final Jobs jobs;
    private final Collector collector;
    private final Surroundings surroundings;
    private final Attention attention;
    private final Aggregation aggregation;
    private final Set<Key> queued = ConcurrentHashMap.newKeySet();
    private final Consumer<Change> listener = this::changed;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("sandbox-life").factory());

    private Life(Catalog catalog, Store store, Registry registry, InstantSource clock) {
        this.store = store;
        bench = new Workbench(catalog, store, registry, clock, this::later);
        pods = new Pods(bench);
        replicaSets = new ReplicaSets(bench);
        deployments = new Deployments(bench);
        numberedSets = new NumberedSets(bench);
        jobs = new Jobs(bench);
        collector = new Collector(bench);
        surroundings = new Surroundings(bench);
        attention = new Attention(clock);
        aggregation = new Aggregation(bench);
    }

    public static Life begin(Catalog catalog, Store store, Registry registry, InstantSource clock) {
        var life = new Life(catalog, store, registry, clock);
        store.listen(life.listener);
        store.everything().forEach(object -> life.enqueue(object.key()));
        return life;
    }

    private void changed(Change change) {
        var key = change.after().key();
        enqueue(key);
        if (!change.after().ownerUids().isEmpty()) {
            for (var owner : Json.at(change.after().tree(), "metadata", "ownerReferences")) {
                var ownerKey = bench.ownerKey(key.namespace(), owner);
                if (ownerKey != null) {
                    enqueue(ownerKey);
                }
            }
        }
        if (change.removed()) {
            pods.gone(change.after().uid());
            attention.gone(change.after().uid());
            for (var dependent : store.dependentsOf(change.after().uid())) {
                enqueue(dependent.key());
            }
            if (!key.namespace().isEmpty()) {
                enqueue(new Key("namespaces", "", key.namespace()));
            }
            var dot = key.shelf().indexOf('.');
            if (dot > 0) {
                enqueue(new Key(CRDS, "", key.shelf()));
            }
        }
        surroundings.interested(change).forEach(this::enqueue);
        aggregation.interested(change).forEach(this::enqueue);
    }

    private void enqueue(Key key) {
        if (queued.add(key)) {
            try {
                thread.execute(() -> look(key));
            } catch (RejectedExecutionException _) {
                LOG.debugf("life has ended, %s is left as it is", key);
            }
        }
    }

    private void later(Key key, Duration delay) {
        var task = thread.schedule(() -> enqueue(key), delay.toMillis(), TimeUnit.MILLISECONDS);
        LOG.tracef("%s again in %s (%s)", key, delay, task);
    }

    private void look(Key key) {
        queued.remove(key);
        var found = store.get(key);
        if (found == null) {
            return;
        }
        try {
            if (found.leaving() || !found.ownerUids().isEmpty()) {
                collector.reconcile(key, found.tree());
            }
            var present = store.get(key);
            if (present != null && ALIVE.contains(key.shelf())) {
                attend(key, present.tree());
            }
        } catch (Refusal refusal) {
            LOG.debugf("%s: %s", key, refusal.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "life failed at %s", key);
        }
    }

    private void attend(Key key, ObjectNode object) {
        var wait = WORKLOADS.contains(key.shelf()) ? attention.wait(object) : Duration.ZERO;
        if (wait.isPositive()) {
            later(key, wait);
        } else {
            act(key, object);
        }
    }

    private void act(Key key, ObjectNode object) {
        switch (key.shelf()) {
            case "pods" -> pods.reconcile(key, object);
            case "replicasets.apps" -> replicaSets.reconcile(key, object);
            case "deployments.apps" -> deployments.reconcile(key, object);
            case "statefulsets.apps" -> numberedSets.reconcileStateful(key, object);
            case "daemonsets.apps" -> numberedSets.reconcileDaemon(key, object);
            case "jobs.batch" -> jobs.reconcile(key, object);
            case "namespaces" -> collector.namespace(key, object);
            case Aggregation.ROLES -> aggregation.reconcile(key, object);
            case CRDS -> collector.definition(key, object);
            default -> surroundings.reconcile(key, object);
        }
    }

    @Override
    public void close() {
        store.unlisten(listener);
        thread.shutdownNow();
    }
}
