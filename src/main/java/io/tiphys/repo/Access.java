package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;
import java.util.function.Function;

/// What repositories are read with, by their addresses as sources spell them.
///
/// @param charts the same of repositories of charts and of OCI registries
public record Access(Function<String, GitCredential> git, Function<String, GitCredential> charts) {

    /// What anybody may read.
    public static final Access NONE = new Access(_ -> GitCredential.NONE, _ -> GitCredential.NONE);
}
