package io.tiphys.core.sync;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Arrays;
import java.util.Map;
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

    private static final Map<String, OperationPhase> BY_WIRE =
            Arrays.stream(values()).collect(toUnmodifiableMap(OperationPhase::wire, it -> it));

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
        return Optional.ofNullable(BY_WIRE.get(wire));
    }
}
