package io.tiphys.webhook;

/// A Git host. All share one path, Argo CD's, and are told apart by their headers, or by the URL's
/// parameter `type` where a host has no header of its own.
public non-sealed interface GitDialect extends Dialect {}
