package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;
import java.util.function.Function;

/// What repositories are read with, by their addresses as sources spell them.
///
/// @param project whose Applications may read so: what another may not read must not be found
///     among what was rendered for it
/// @param charts the same of repositories of charts and of OCI registries
public record Access(
        String project,
        Function<String, GitCredential> git,
        Function<String, GitCredential> charts) {

    /// What anybody may read.
    public static final Access NONE =
            new Access("", _ -> GitCredential.NONE, _ -> GitCredential.NONE);
}
