package io.tiphys.core.sync;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.SyncDecision.Sync;
import java.time.Instant;
import java.util.List;

/// What a sync did.
public record SyncOutcome(
        Sync decision, List<ResourceResult> results, Instant startedAt, Instant finishedAt) {

    /// How one resource fared.
    public record ResourceResult(
            ResourceKey key, GroupVersionKind type, Status status, String message) {}

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
    }

    public boolean succeeded() {
        return results.stream().noneMatch(result -> result.status() == Status.FAILED);
    }

    public String phase() {
        return succeeded() ? "Succeeded" : "Failed";
    }

    public String message() {
        if (succeeded()) {
            return "successfully synced (all tasks run)";
        }
        var failed = results.stream().filter(result -> result.status() == Status.FAILED).toList();
        return "one or more objects failed to apply, reason: "
                + failed.getFirst().key().kind()
                + "/"
                + failed.getFirst().key().name()
                + ": "
                + failed.getFirst().message();
    }
}
