package io.tiphys.core.model;

/// A failure that knows whether it may pass. Whoever meets it tries again for a while then, and
/// does not otherwise.
public interface MayPass {

    /// Whether it may work when tried again, with nothing changed.
    boolean passing();
}
