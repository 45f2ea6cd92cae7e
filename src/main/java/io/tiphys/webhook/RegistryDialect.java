package io.tiphys.webhook;

/// A container registry. Each has a path of its own, named by its provider; those that Argo CD
/// takes on the path of the Git hosts are recognised there too.
public non-sealed interface RegistryDialect extends Dialect {

    @Override
    default boolean recognises(Delivery delivery) {
        return false;
    }
}
