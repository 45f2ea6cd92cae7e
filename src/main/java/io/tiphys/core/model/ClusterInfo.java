package io.tiphys.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is known of a cluster now.
///
/// @param attemptedAt when it was asked last; empty if it never was
/// @param serverVersion such as `v1.35.2`; empty until it has answered
/// @param apiVersions that it offers, as Helm has them
/// @param kinds how many are watched, and their `resources`
/// @param events how many changes watches have brought, by kind
/// @param refused kinds that it does not let us list
/// @param listedAt when all were there for the first time on this connection
public record ClusterInfo(
        ClusterSecret cluster,
        ClusterState state,
        Optional<Instant> attemptedAt,
        String serverVersion,
        List<String> apiVersions,
        int kinds,
        int resources,
        Map<Kind, Long> events,
        Set<Kind> refused,
        Optional<Instant> listedAt) {

    public record Kind(String group, String kind) {}
}
