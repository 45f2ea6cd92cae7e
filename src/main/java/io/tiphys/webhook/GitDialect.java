package io.tiphys.webhook;

/// A Git host. All share one path, Argo CD's, and are told apart by their headers.
public non-sealed interface GitDialect extends Dialect {

    /// The header that gives this host away.
    String header();
}
