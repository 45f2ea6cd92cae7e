package io.tiphys.core.model;

import java.util.Map;

/// Whether an Application is synced without being asked.
public sealed interface SyncPolicy {

    /// Somebody has to ask.
    record Manual() implements SyncPolicy {}

    /// Every difference that Git causes is synced at once.
    ///
    /// @param prune delete what Git no longer declares
    /// @param selfHeal undo changes made in the cluster too
    /// @param allowEmpty accept a target without a single resource
    /// @param retry how its operations are tried again, as they have it
    record Automated(boolean prune, boolean selfHeal, boolean allowEmpty, Map<String, Object> retry)
            implements SyncPolicy {

        /// What operations have where nothing is said: Argo CD's.
        public static final Map<String, Object> DEFAULT_RETRY = Map.of("limit", 5);

        public Automated(boolean prune, boolean selfHeal, boolean allowEmpty) {
            this(prune, selfHeal, allowEmpty, DEFAULT_RETRY);
        }
    }
}
