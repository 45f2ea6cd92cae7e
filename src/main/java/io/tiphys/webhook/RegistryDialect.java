package io.tiphys.webhook;

/// A container registry. Each has a path of its own, named by its provider.
public non-sealed interface RegistryDialect extends Dialect {}
