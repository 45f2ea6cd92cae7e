package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;

/// The last step of every write: into the store, or nowhere if it is a dry run. A written CRD is
/// served from the same moment on.
final class Ledger {

    private static final String CRDS = "customresourcedefinitions.apiextensions.k8s.io";

    private final Catalog catalog;
    private final Store store;

    Ledger(Catalog catalog, Store store) {
        this.catalog = catalog;
        this.store = store;
    }

    Stored put(Key key, ObjectNode object, boolean dryRun) {
        return dryRun ? unsaved(key, object) : served(store.put(key, object));
    }

    Stored remove(Key key, ObjectNode last, boolean dryRun) {
        if (dryRun) {
            return unsaved(key, last);
        }
        if (key.shelf().equals(CRDS)) {
            // Nobody could find them any more, not even to delete them.
            for (var object : store.list(key.name(), "").objects()) {
                store.remove(object.key(), object.tree());
            }
        }
        return served(store.remove(key, last));
    }

    private Stored unsaved(Key key, ObjectNode object) {
        return Stored.of(key, store.revision(), object);
    }

    private Stored served(Stored written) {
        if (written.key().shelf().equals(CRDS)) {
            serveCustomKinds();
        }
        return written;
    }

    void serveCustomKinds() {
        catalog.serve(store.list(CRDS, "").objects().stream().map(Stored::tree).toList());
    }
}
