package io.tiphys.application;

import io.tiphys.channel.EventChannel;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.MergePatch;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.core.sync.OperationState;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes an Application's status, and tells those who listen: one patch a run, and none if nothing
/// changed but the time.
@Singleton
class StatusWriter {

    private final ApplicationStore store;
    private final EventChannel channel;

    StatusWriter(ApplicationStore store, EventChannel channel) {
        this.store = store;
        this.channel = channel;
    }

    /// @param entry as it was when the run began
    /// @param done the operation that was carried out, if it is the one that is asked for; empty
    ///     if none was
    /// @param cause id of the event behind it
    void write(Entry entry, Map<String, Object> status, Map<String, Object> done, String cause) {
        if (write(entry, status, done)) {
            var _ =
                    channel.publish(
                            new ApplicationEvent.Refreshed(
                                    entry.id(),
                                    Json.string(status, "sync", "status"),
                                    Json.string(status, "health", "status"),
                                    revisions(Json.object(status, "sync")),
                                    cause));
        }
    }

    /// Tells of an operation whose end was written.
    void finished(ApplicationId id, OperationState operation, String cause) {
        var _ =
                channel.publish(
                        new ApplicationEvent.OperationFinished(
                                id,
                                operation.phase().wire(),
                                String.join(",", operation.revisions()),
                                operation.message(),
                                cause));
    }

    private static String revisions(Map<String, Object> sync) {
        var several = Json.array(sync, "revisions").stream().map(String::valueOf).toList();
        return several.isEmpty() ? Json.string(sync, "revision") : String.join(",", several);
    }

    private boolean write(Entry entry, Map<String, Object> status, Map<String, Object> done) {
        var changes = MergePatch.between(Json.object(entry.tree(), "status"), status);
        boolean refreshAsked = asksForRefresh(entry.tree());
        boolean operation = !done.isEmpty() && done.equals(entry.tree().get("operation"));
        if (!refreshAsked && !operation && saysNothing(changes)) {
            return false;
        }
        var patch = new LinkedHashMap<String, @Nullable Object>();
        if (!changes.isEmpty()) {
            patch.put("status", changes);
        }
        if (operation) {
            patch.put("operation", null);
        }
        if (refreshAsked) {
            var gone = new HashMap<String, @Nullable Object>();
            gone.put(Annotations.REFRESH, null);
            patch.put("metadata", Map.of("annotations", gone));
        }
        try {
            if (refreshAsked || operation) {
                answer(entry, patch);
            } else {
                store.patch(entry.id(), patch);
            }
            return true;
        } catch (ApiFailure failure) {
            if (failure.notFound()) {
                return false;
            }
            throw failure;
        }
    }

    /// Takes away what was asked for as well, but only what was seen: if somebody asked for
    /// something else meanwhile, this fails, and that brings a new run.
    private void answer(Entry seen, Map<String, @Nullable Object> patch) {
        var answered =
                store.onNewest(
                        seen.id(),
                        () -> {
                            var now = store.find(seen.id()).orElse(seen);
                            boolean stillAsked = asked(now).equals(asked(seen));
                            if (stillAsked) {
                                store.patchSeen(now, patch);
                            }
                            return stillAsked;
                        });
        if (!answered.orElse(false)) {
            throw new ApiFailure(409, seen.id() + " changed while its status was written");
        }
    }

    private static List<Object> asked(Entry entry) {
        return List.of(
                Json.object(entry.tree(), "operation"),
                Json.string(entry.tree(), "metadata", "annotations", Annotations.REFRESH));
    }

    static boolean asksForRefresh(Map<String, Object> tree) {
        return Json.object(tree, "metadata", "annotations").containsKey(Annotations.REFRESH);
    }

    /// Whether an Application's custom resource has this status, whatever it says of the time.
    static boolean tells(Map<String, Object> tree, Map<String, Object> status) {
        return saysNothing(MergePatch.between(Json.object(tree, "status"), status));
    }

    private static boolean saysNothing(Map<String, @Nullable Object> changes) {
        return changes.isEmpty() || (changes.size() == 1 && changes.containsKey("reconciledAt"));
    }
}
