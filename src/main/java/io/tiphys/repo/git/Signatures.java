package io.tiphys.repo.git;

import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.Signature;
import java.time.Instant;

/// Checks signatures of GPG and of SSH with the keys that are known.
final class Signatures {

    /// A signature with the longest of keys has not 4,000 characters.
    private static final int MAX_ARMOUR = 64 * 1024;

    private final GpgKeys gpg;
    private final AllowedSigners ssh;

    Signatures(SigningKeys keys) {
        gpg = new GpgKeys(keys.gpg());
        ssh = AllowedSigners.of(keys.allowedSigners());
    }

    /// @param madeAt when it says that it was made
    Checked check(SignedObject object, Instant madeAt, Instant now) {
        if (object.signatures().isEmpty()) {
            return new Checked(new Signature.None(), Instant.MAX);
        }
        var armour = object.signatures().getFirst().strip();
        if (object.signatures().size() > 1) {
            return Checked.bad("", "bad signature: there are several");
        }
        if (armour.length() > MAX_ARMOUR) {
            return Checked.bad("", "bad signature: it is too long to be one");
        }
        if (GpgKeys.isSignature(armour)) {
            return gpg.check(object.content(), armour, now);
        }
        return SshSignature.isOne(armour)
                ? SshSignature.check(object.content(), armour, ssh, madeAt)
                : Checked.bad("", "signed in a way that is not known");
    }
}
