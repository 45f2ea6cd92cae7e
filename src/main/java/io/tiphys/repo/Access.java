package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import java.util.function.Function;

/// What repositories are read with, by their addresses as sources spell them, and what must hold of
/// what they have.
///
/// @param charts what repositories of charts and OCI registries are read with
/// @param integrity how commits must be signed
public record Access(
        Function<String, GitCredential> git,
        Function<String, GitCredential> charts,
        Function<String, Demand> integrity) {

    /// What anybody may read, whoever wrote it.
    public static final Access NONE =
            new Access(_ -> GitCredential.NONE, _ -> GitCredential.NONE, _ -> new Demand.Nothing());
}
