package io.tiphys.repo.cosign;

/// What lies beside an image as a signature of it, as a registry has it.
public sealed interface FoundSignature {

    /// A payload in the format "simple signing".
    ///
    /// @param signature of it, in base64
    /// @param certificate in PEM; empty for none
    /// @param entry of a transparency log, in JSON; empty for none
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Payload(byte[] content, String signature, String certificate, String entry)
            implements FoundSignature {}

    /// One of Sigstore's bundles, in JSON.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Bundle(byte[] json) implements FoundSignature {}

    /// Something that cannot be one.
    ///
    /// @param reason a clause without an end
    record Unreadable(String reason) implements FoundSignature {}
}
