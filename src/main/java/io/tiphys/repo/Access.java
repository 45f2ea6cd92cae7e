package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import java.util.Optional;
import java.util.function.Function;

/// What the sources of an Application may read, with what, and what must hold of it.
///
/// @param project whose Applications may read so: what another may not read must not be found
///     among what was rendered for it
/// @param git credentials of Git repositories, by their addresses as sources spell them
/// @param charts the same of repositories of charts and of OCI registries
/// @param named address of a repository of charts by the name that a Secret gives it
/// @param integrity how the commits of a Git repository must be signed
public record Access(
        String project,
        Function<String, GitCredential> git,
        Function<String, GitCredential> charts,
        Function<String, Optional<String>> named,
        Function<String, Demand> integrity) {

    /// What anybody may read, whoever wrote it.
    public static final Access NONE =
            new Access(
                    "",
                    _ -> GitCredential.NONE,
                    _ -> GitCredential.NONE,
                    _ -> Optional.empty(),
                    _ -> new Demand.Nothing());
}
