package io.tiphys.image;

import io.tiphys.repo.ManifestFailure;

/// An image is to be signed, and it is not known to be.
final class UnsignedFailure extends ManifestFailure {

    private static final long serialVersionUID = 1;

    private final boolean soon;

    /// @param passing whether a registry or a connection is to blame, and not the image
    /// @param soon whether it may be signed in a while, and be written then
    UnsignedFailure(String message, boolean passing, boolean soon) {
        super(message, passing);
        this.soon = soon;
    }

    boolean soon() {
        return soon;
    }
}
