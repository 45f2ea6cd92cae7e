package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.MergePatch;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes an Application's status: one patch a run, and none if nothing changed but the time.
@Singleton
class StatusWriter {

    private final ApplicationStore store;

    StatusWriter(ApplicationStore store) {
        this.store = store;
    }

    /// @param entry as it was when the run began
    /// @param operationDone whether the requested operation was carried out
    /// @return whether something was written
    boolean write(Entry entry, Map<String, Object> status, boolean operationDone) {
        var changes = MergePatch.between(Json.object(entry.tree(), "status"), status);
        boolean refreshAsked = asksForRefresh(entry.tree());
        boolean operation = operationDone && entry.tree().containsKey("operation");
        if (!refreshAsked && !operation && (changes.isEmpty() || onlyTime(changes))) {
            return false;
        }
        var patch = new LinkedHashMap<String, @Nullable Object>();
        if (!changes.isEmpty()) {
            patch.put("status", changes);
        }
        if (operation) {
            patch.put("operation", null);
        }
        if (refreshAsked || operation) {
            // Only what was seen may be taken away: if somebody asked again meanwhile, this fails
            // and the change that made it fail brings a new run.
            var metadata = new LinkedHashMap<String, @Nullable Object>();
            metadata.put(
                    "resourceVersion", Json.string(entry.tree(), "metadata", "resourceVersion"));
            if (refreshAsked) {
                var gone = new HashMap<String, @Nullable Object>();
                gone.put(Annotations.REFRESH, null);
                metadata.put("annotations", gone);
            }
            patch.put("metadata", metadata);
        }
        return patch(entry, patch);
    }

    private boolean patch(Entry entry, Map<String, @Nullable Object> patch) {
        try {
            store.patch(entry.id(), patch);
            return true;
        } catch (ApiFailure failure) {
            if (failure.notFound()) {
                return false;
            }
            throw failure;
        }
    }

    static boolean asksForRefresh(Map<String, Object> tree) {
        return Json.object(tree, "metadata", "annotations").containsKey(Annotations.REFRESH);
    }

    private static boolean onlyTime(Map<String, @Nullable Object> changes) {
        return changes.size() == 1 && changes.containsKey("reconciledAt");
    }
}
