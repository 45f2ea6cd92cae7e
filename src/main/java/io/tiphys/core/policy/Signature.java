package io.tiphys.core.policy;

import java.util.List;

/// What is known of a signature.
public sealed interface Signature {

    /// There is none.
    record None() implements Signature {}

    /// Made of the very content, with a key that is known and counts.
    ///
    /// @param keys ids and fingerprints under which a policy may name the key; the first is shown
    record Good(List<String> keys) implements Signature {}

    /// @param key id or fingerprint of the key that is said to have made it; empty if not known
    /// @param reason why it does not count, such as `bad signature`
    record Bad(String key, String reason) implements Signature {}
}
