package io.tiphys.core.event;

import java.util.List;

/// Something happened in a Git repository. Keyed by the repository's canonical URL.
public sealed interface GitEvent {

    /// Unique to the event; the same for a redelivery of it.
    String id();

    /// Canonical, as [io.tiphys.core.model.RepositoryUrl] writes it.
    String repository();

    /// A ref moved.
    ///
    /// @param ref full name, such as `refs/heads/main`
    /// @param before the commit that the ref named before, all zeros if it is new
    /// @param after the commit that it names now, all zeros if it was deleted
    /// @param changedPaths files that the push touched, relative to the repository's root
    /// @param pathsComplete whether `changedPaths` is the whole list; if not, it is only a hint
    /// @param defaultBranch short name of the branch that `HEAD` stands for, empty if unknown
    /// @param provider who said so: `github`, …
    record Pushed(
            String id,
            String repository,
            String ref,
            String before,
            String after,
            List<String> changedPaths,
            boolean pathsComplete,
            String defaultBranch,
            String provider)
            implements GitEvent {}
}
