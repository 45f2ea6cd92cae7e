package io.tiphys.core.model;

import java.util.Arrays;
import java.util.Optional;

/// How well something runs, with the reason in words where there is one.
public record Health(Status status, String message) {

    /// From best to worst, in Argo CD's order: an Application is as healthy as its worst resource.
    public enum Status {
        HEALTHY("Healthy"),
        SUSPENDED("Suspended"),
        PROGRESSING("Progressing"),
        MISSING("Missing"),
        DEGRADED("Degraded"),
        UNKNOWN("Unknown");

        private final String wire;

        Status(String wire) {
            this.wire = wire;
        }

        /// Reads that spelling; empty for any other.
        public static Optional<Status> ofWire(String wire) {
            return Arrays.stream(values()).filter(it -> it.wire.equals(wire)).findFirst();
        }

        /// The spelling in the Application's status.
        public String wire() {
            return wire;
        }
    }

    public static Health of(Status status) {
        return new Health(status, "");
    }

    public static Health worst(Health one, Health other) {
        return one.status.compareTo(other.status) >= 0 ? one : other;
    }
}
