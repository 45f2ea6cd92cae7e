package io.tiphys.core.sync;

import java.util.Arrays;
import java.util.Optional;

/// How far an operation is, or one of its hooks.
public enum OperationPhase {
    RUNNING("Running"),
    /// Somebody asked for its end.
    TERMINATING("Terminating"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed"),
    /// It ended for something else than what it did.
    ERROR("Error");

    private final String wire;

    OperationPhase(String wire) {
        this.wire = wire;
    }

    /// The spelling in the Application's status.
    public String wire() {
        return wire;
    }

    public boolean isOver() {
        return this != RUNNING && this != TERMINATING;
    }

    public boolean isFailure() {
        return this == FAILED || this == ERROR;
    }

    static Optional<OperationPhase> of(String wire) {
        return Arrays.stream(values()).filter(it -> it.wire.equals(wire)).findFirst();
    }
}
