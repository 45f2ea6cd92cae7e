package io.tiphys.repo.render;

/// Something that a kustomization names and that lies not in its repository.
sealed interface Elsewhere {

    /// A Git repository.
    ///
    /// @param url with the user and password that may stand in it
    /// @param ref branch, tag or commit
    record Repository(String url, String ref) implements Elsewhere {}

    /// A file on the web.
    ///
    /// @param url with the user and password that may stand in it
    record File(String url) implements Elsewhere {}

    /// A Helm chart.
    ///
    /// @param version one, or a constraint
    record Chart(String repository, String name, String version) implements Elsewhere {}
}
