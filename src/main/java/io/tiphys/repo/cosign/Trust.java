package io.tiphys.repo.cosign;

import java.util.Optional;

/// Whose signatures count.
public sealed interface Trust permits PublicKeys, CertifiedIdentity {

    String FOREIGN = "it is signed by another key, or was changed since";

    /// @return why a signature does not count, a clause without an end; empty if it does
    String fault(Signed signed);

    /// Something that somebody signed.
    ///
    /// @param logged what a transparency log has the hash of; mostly the content
    /// @param certificate of the key, if it has one
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Signed(
            byte[] content,
            byte[] signature,
            byte[] logged,
            Optional<byte[]> certificate,
            Optional<LogEntry> entry) {}
}
