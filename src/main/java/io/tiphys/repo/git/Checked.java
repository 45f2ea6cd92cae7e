package io.tiphys.repo.git;

import io.tiphys.core.policy.Signature;
import java.time.Instant;

/// What a signature was found to be.
///
/// @param until when it has to be looked at again
record Checked(Signature signature, Instant until) {

    boolean isBad() {
        return signature instanceof Signature.Bad;
    }

    static Checked bad(String key, String reason) {
        return new Checked(new Signature.Bad(key, reason), Instant.MAX);
    }
}
