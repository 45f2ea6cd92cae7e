package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tiphys.core.model.CommitSigning;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.PrivateKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.GpgSignature;

/// Signs the commits that the service makes. JGit does it as well, but with keys of the machine's
/// files and agents alone.
final class CommitSigner {

    private CommitSigner() {}

    /// @param commit with all that it is to hold
    /// @throws ManifestFailure if it must be signed and cannot be
    static void sign(CommitBuilder commit, CommitSigning by) throws IOException {
        switch (by) {
            case CommitSigning.Unsigned() -> {}
            case CommitSigning.Impossible(var reason) -> throw new ManifestFailure(reason);
            case CommitSigning.OpenPgp key -> put(commit, openPgp(commit, key));
            case CommitSigning.Ssh key -> put(commit, ssh(commit, key));
        }
    }

    private static void put(CommitBuilder commit, String armour) {
        commit.setGpgSignature(new GpgSignature(armour.strip().getBytes(US_ASCII)));
    }

    private static String openPgp(CommitBuilder commit, CommitSigning.OpenPgp key)
            throws IOException {
        Instant now = commit.getCommitter().getWhenAsInstant();
        return GpgSigningKey.find(key, now).sign(commit.build());
    }

    private static String ssh(CommitBuilder commit, CommitSigning.Ssh key) throws IOException {
        var pair = PrivateKeys.ssh(key.key(), "git.commit-signing-key: " + key.origin());
        try {
            return SshSignature.sign(commit.build(), pair);
        } catch (GeneralSecurityException refused) {
            throw new ManifestFailure(
                    "git.commit-signing-key: %s cannot sign: %s"
                            .formatted(key.origin(), refused.getMessage()));
        }
    }
}
