package io.tiphys.core.sync;

import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Whether an Application is synced now, with the reason.
public sealed interface SyncDecision {

    /// @param revisions the commits to sync to, one a source
    /// @param prune whether what Git dropped is deleted
    /// @param why in words, for the operation's state
    /// @param heals of self-heal, what it is of; else empty: it is of everything
    record Sync(
            List<String> revisions,
            boolean prune,
            Trigger trigger,
            String why,
            List<ResourceKey> heals)
            implements SyncDecision {

        Sync(List<String> revisions, boolean prune, Trigger trigger, String why) {
            this(revisions, prune, trigger, why, List.of());
        }
    }

    /// @param reason why not
    /// @param condition that says so, where somebody must act
    record Rest(Reason reason, Optional<Warning> condition) implements SyncDecision {

        Rest(Reason reason) {
            this(reason, Optional.empty());
        }
    }

    /// Not now, but without being asked again.
    ///
    /// @param conditions that say why, where somebody may want to know
    record Wait(Reason reason, Duration delay, List<Warning> conditions) implements SyncDecision {}

    /// What made it necessary.
    enum Trigger {
        /// A user wrote `.operation`.
        REQUESTED,
        /// Git declares something new.
        NEW_REVISION,
        /// Somebody changed the cluster.
        SELF_HEAL
    }

    /// Why nothing is synced.
    enum Reason {
        IN_SYNC,
        MANUAL_POLICY,
        SELF_HEAL_OFF,
        ONLY_PRUNING_NEEDED,
        WOULD_PRUNE_EVERYTHING,
        FAILED_BEFORE,
        BACKING_OFF,
        WAITING_FOR_OTHERS
    }
}
