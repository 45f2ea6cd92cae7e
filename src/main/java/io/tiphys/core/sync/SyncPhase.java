package io.tiphys.core.sync;

import java.util.Arrays;
import java.util.Optional;

/// The parts of a sync, in their order. The last is for syncs that failed.
public enum SyncPhase {
    PRE_SYNC("PreSync"),
    SYNC("Sync"),
    POST_SYNC("PostSync"),
    SYNC_FAIL("SyncFail");

    private final String wire;

    SyncPhase(String wire) {
        this.wire = wire;
    }

    /// The spelling in the Application's status, and of hooks in their annotation.
    public String wire() {
        return wire;
    }

    static Optional<SyncPhase> of(String wire) {
        return Arrays.stream(values()).filter(it -> it.wire.equals(wire)).findFirst();
    }
}
