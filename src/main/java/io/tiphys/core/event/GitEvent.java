package io.tiphys.core.event;

import java.util.List;

/// Something happened in a Git repository. Keyed by the repository's canonical URL.
public sealed interface GitEvent {

    /// Unique to the event; the same for a redelivery of it.
    String id();

    /// Canonical, as [io.tiphys.core.model.RepositoryUrl] writes it.
    String repository();

    /// Who said so: `github`, …
    String provider();

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
            implements GitEvent {

        /// The same push with the whole list of its files.
        public Pushed withAllPaths(List<String> paths) {
            return new Pushed(
                    id, repository, ref, before, after, paths, true, defaultBranch, provider);
        }
    }

    /// A pull request, or merge request, changed.
    ///
    /// @param repository the one that it wants to change, canonical
    /// @param number as its host counts them in that repository
    /// @param action `opened` (again as well), `updated` (its commits), `labelled`, `closed`,
    ///     `merged`, or `other`
    /// @param sourceRepository the one that it comes from, canonical; a fork's may be another, and
    ///     is empty if that is gone
    /// @param sourceBranch short name
    /// @param targetBranch short name
    /// @param head the newest commit of the source branch, empty if the host does not say
    /// @param provider who said so: `github`, …
    record PullRequestChanged(
            String id,
            String repository,
            long number,
            String action,
            String sourceRepository,
            String sourceBranch,
            String targetBranch,
            String head,
            String provider)
            implements GitEvent {}
}
