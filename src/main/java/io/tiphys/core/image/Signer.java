package io.tiphys.core.image;

/// Whose signature an image must bear before it is written.
public sealed interface Signer {

    /// Whoever has the private key to one of the public keys in a Secret.
    ///
    /// @param entry of the Secret, with keys in PEM
    record Key(String namespace, String secret, String entry) implements Signer {

        /// @param text as the annotation has it
        /// @throws InvalidTagFilterException if it is none
        static Key parse(String text) {
            return PullSecret.find(text)
                    .filter(it -> !it.field().isEmpty())
                    .map(it -> new Key(it.namespace(), it.name(), it.field()))
                    .orElseThrow(
                            () ->
                                    new InvalidTagFilterException(
                                            "cosign-key must be secret:<namespace>/<name>#<field>"
                                                + " of a Secret that holds the public key"));
        }
    }
}
