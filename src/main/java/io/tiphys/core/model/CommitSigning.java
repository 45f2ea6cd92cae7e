package io.tiphys.core.model;

import java.util.List;

/// What commits are signed with that the service makes.
public sealed interface CommitSigning {

    record Unsigned() implements CommitSigning {}

    /// By a key of OpenPGP.
    ///
    /// @param keys armoured private keys, of which one is the key
    /// @param id the key's id or fingerprint, or that of a subkey; empty for the only key
    /// @param origin where the keys are, for messages
    record OpenPgp(List<Hidden> keys, String id, String origin) implements CommitSigning {}

    /// By a key of SSH.
    ///
    /// @param key in OpenSSH's format or PEM
    /// @param origin where it is, for messages
    record Ssh(Hidden key, String origin) implements CommitSigning {}

    /// They are to be signed and cannot be, and so must not be made.
    record Impossible(String reason) implements CommitSigning {}
}
