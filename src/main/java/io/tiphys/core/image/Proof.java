package io.tiphys.core.image;

/// What a signature of an image is checked with.
public sealed interface Proof {

    /// Public keys, of which any counts.
    ///
    /// @param pem as somebody wrote them
    record Keys(String pem) implements Proof {}

    /// A certificate for somebody, by an authority that is trusted.
    record Certificate(Signer.Identity identity) implements Proof {}
}
