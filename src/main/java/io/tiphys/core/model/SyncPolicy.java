package io.tiphys.core.model;

/// Whether an Application is synced without being asked.
public sealed interface SyncPolicy {

    /// Somebody has to ask.
    record Manual() implements SyncPolicy {}

    /// Every difference that Git causes is synced at once.
    ///
    /// @param prune delete what Git no longer declares
    /// @param selfHeal undo changes made in the cluster too
    /// @param allowEmpty accept a target without a single resource
    record Automated(boolean prune, boolean selfHeal, boolean allowEmpty) implements SyncPolicy {}
}
