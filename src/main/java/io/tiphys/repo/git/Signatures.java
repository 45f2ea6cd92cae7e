package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.Signature;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.eclipse.jgit.lib.GpgConfig;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.SignatureVerifier;
import org.eclipse.jgit.signing.ssh.SshSignatureVerifierFactory;

/// Checks signatures of GPG and of SSH with the keys that are known. JGit does the arithmetic for
/// SSH; which keys count is looked up here, as it would look into files of the machine.
final class Signatures {

    /// A signature with the longest of keys has not 4,000 characters.
    private static final int MAX_ARMOUR = 64 * 1024;

    private static final String PGP = "-----BEGIN PGP SIGNATURE-----";
    private static final String SSH = "-----BEGIN SSH SIGNATURE-----";

    private final GpgKeys gpg;
    private final AllowedSigners signers;
    private final SignatureVerifier ssh = new SshSignatureVerifierFactory().create();

    Signatures(SigningKeys keys) {
        gpg = new GpgKeys(keys.gpg());
        signers = AllowedSigners.of(keys.allowedSigners());
    }

    /// @param repository that holds it, as JGit wants to know
    /// @param madeAt when it says that it was made: then a key of SSH must have been valid, as to Git
    Checked check(Repository repository, SignedObject object, Instant madeAt, Instant now) {
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
        if (armour.startsWith(PGP)) {
            return gpg.check(object.content(), armour, now);
        }
        return armour.startsWith(SSH)
                ? ssh(repository, object.content(), armour, madeAt)
                : Checked.bad("", "signed in a way that is not known");
    }

    private Checked ssh(Repository repository, byte[] content, String armour, Instant madeAt) {
        try {
            var found =
                    ssh.verify(
                            repository,
                            new GpgConfig(repository.getConfig()),
                            content,
                            armour.getBytes(ISO_8859_1));
            var key = found.keyFingerprint() == null ? "" : found.keyFingerprint();
            if (!found.verified()) {
                return Checked.bad(key, "bad signature: " + found.message());
            }
            return signers.find(key, madeAt)
                    .map(it -> new Checked(new Signature.Good(List.of(key)), Instant.MAX))
                    .orElseGet(() -> Checked.bad(key, unknown(key)));
        } catch (IOException | RuntimeException unreadable) {
            // The library has many ways to say that something is no signature.
            return Checked.bad("", "bad signature: it cannot be read");
        }
    }

    private String unknown(String key) {
        if (signers.keys().containsKey(key)) {
            return "signed with a key at a time when it was not valid";
        }
        return "signed with key not among the allowed signers"
                + (signers.problems().isEmpty()
                        ? ""
                        : ", of which lines cannot be read: " + signers.problems());
    }
}
