package io.tiphys.core.model;

/// Whether what runs is what Git declares. `wire` is the spelling in the Application's status.
public enum SyncStatus {
    SYNCED("Synced"),
    OUT_OF_SYNC("OutOfSync"),
    UNKNOWN("Unknown");

    private final String wire;

    SyncStatus(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }
}
