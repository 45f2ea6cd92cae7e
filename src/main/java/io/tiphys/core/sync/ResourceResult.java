package io.tiphys.core.sync;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// How one resource fared in a sync, or one run of a hook.
///
/// @param progress how far a hook is; of a resource only that it did not become healthy
public record ResourceResult(
        ResourceKey key,
        GroupVersionKind type,
        SyncPhase phase,
        boolean hook,
        Status status,
        Optional<OperationPhase> progress,
        String message) {

    /// What was written.
    public enum Status {
        SYNCED("Synced"),
        FAILED("SyncFailed"),
        PRUNED("Pruned"),
        PRUNE_SKIPPED("PruneSkipped");

        private final String wire;

        Status(String wire) {
            this.wire = wire;
        }

        /// The spelling in the Application's status.
        public String wire() {
            return wire;
        }

        static Optional<Status> of(String wire) {
            return Arrays.stream(values()).filter(it -> it.wire.equals(wire)).findFirst();
        }
    }

    /// A resource is written once in a sync, a hook run once in each of its phases.
    record Slot(ResourceKey key, SyncPhase phase) {}

    /// What a task came to.
    public static ResourceResult of(SyncPlan.Task task, Status status, String message) {
        return switch (task) {
            case SyncPlan.Task.RunHook _ ->
                    new ResourceResult(
                            task.key(),
                            task.type(),
                            task.phase(),
                            true,
                            status,
                            Optional.of(
                                    status == Status.FAILED
                                            ? OperationPhase.FAILED
                                            : OperationPhase.RUNNING),
                            message);
            case SyncPlan.Task.Apply _, SyncPlan.Task.Prune _ ->
                    new ResourceResult(
                            task.key(),
                            task.type(),
                            task.phase(),
                            false,
                            status,
                            Optional.empty(),
                            message);
        };
    }

    ResourceResult with(OperationPhase progress, String message) {
        return new ResourceResult(key, type, phase, hook, status, Optional.of(progress), message);
    }

    Slot slot() {
        return new Slot(key, phase);
    }

    boolean isRunning() {
        return hook && progress.filter(it -> !it.isOver()).isPresent();
    }

    boolean isFailure() {
        return status == Status.FAILED || progress.filter(OperationPhase::isFailure).isPresent();
    }

    /// One without the status of a write is of somebody else's making, and left out.
    static Optional<ResourceResult> read(Object tree) {
        var key =
                new ResourceKey(
                        Json.string(tree, "group"),
                        Json.string(tree, "kind"),
                        Json.string(tree, "namespace"),
                        Json.string(tree, "name"));
        return Status.of(Json.string(tree, "status"))
                .map(
                        status ->
                                new ResourceResult(
                                        key,
                                        new GroupVersionKind(
                                                key.group(),
                                                Json.string(tree, "version"),
                                                key.kind()),
                                        SyncPhase.of(Json.string(tree, "syncPhase"))
                                                .orElse(SyncPhase.SYNC),
                                        !Json.string(tree, "hookType").isEmpty(),
                                        status,
                                        OperationPhase.of(Json.string(tree, "hookPhase")),
                                        Json.string(tree, "message")));
    }

    Map<String, Object> tree() {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("group", key.group());
        tree.put("version", type.version());
        tree.put("kind", key.kind());
        tree.put("namespace", key.namespace());
        tree.put("name", key.name());
        tree.put("status", status.wire());
        tree.put("message", message);
        if (hook) {
            tree.put("hookType", phase.wire());
        }
        progress.ifPresent(it -> tree.put("hookPhase", it.wire()));
        tree.put("syncPhase", phase.wire());
        return tree;
    }
}
