package io.tiphys.core.sync;

import java.util.Arrays;
import java.util.Optional;

/// The parts of a sync, in their order, the last of them for syncs that failed; then those of the
/// deletion of an Application.
public enum SyncPhase {
    PRE_SYNC("PreSync"),
    SYNC("Sync"),
    POST_SYNC("PostSync"),
    SYNC_FAIL("SyncFail"),
    PRE_DELETE("PreDelete"),
    POST_DELETE("PostDelete");

    private final String wire;

    SyncPhase(String wire) {
        this.wire = wire;
    }

    /// The spelling in the Application's status, and of hooks in their annotation.
    public String wire() {
        return wire;
    }

    /// Whether hooks of it are run when the Application is deleted, and by no sync.
    boolean isAtDeletion() {
        return this == PRE_DELETE || this == POST_DELETE;
    }

    static Optional<SyncPhase> of(String wire) {
        return Arrays.stream(values()).filter(it -> it.wire.equals(wire)).findFirst();
    }
}
