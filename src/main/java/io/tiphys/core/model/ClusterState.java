package io.tiphys.core.model;

/// Whether a cluster is in reach, in Argo CD's words.
public sealed interface ClusterState {

    /// No Application wants it, or it has not answered yet.
    record Unknown() implements ClusterState {}

    record Successful() implements ClusterState {}

    /// @param message why not, without credentials
    record Failed(String message) implements ClusterState {}

    default String wire() {
        return switch (this) {
            case Unknown _ -> "Unknown";
            case Successful _ -> "Successful";
            case Failed _ -> "Failed";
        };
    }

    /// Empty unless something is wrong.
    default String said() {
        return this instanceof Failed(var message) ? message : "";
    }
}
