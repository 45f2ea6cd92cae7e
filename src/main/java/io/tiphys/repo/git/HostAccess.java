package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.identity.Identities;
import java.io.File;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// Readies connections to one repository's host with one credential. For one exchange at a time.
interface HostAccess {

    /// @param folder without anything in it that is SSH's
    /// @throws io.tiphys.repo.ManifestFailure if the credential cannot be used as it stands
    static HostAccess of(
            URIish address, GitCredential credential, File folder, Identities identities) {
        return isHttp(address)
                ? new HttpAccess(address, credential, identities)
                : new SshAccess(address, credential, folder);
    }

    static boolean isHttp(URIish address) {
        var scheme = scheme(address);
        return scheme.equals("http") || scheme.equals("https");
    }

    /// `ssh://` or `user@host:path`. Without a user, the latter would be much else as well.
    static boolean isSsh(URIish address) {
        return address.getScheme() == null
                ? address.getUser() != null
                : scheme(address).equals("ssh");
    }

    private static String scheme(URIish address) {
        return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    }

    void prepare(Transport transport);

    /// Where the host has large files, and what it is shown there.
    ///
    /// @param asked whether it wanted to know who asks
    /// @param timeout the longest that it may be silent
    /// @throws io.tiphys.repo.ManifestFailure if it cannot be found out
    LfsServer lfsServer(boolean asked, Duration timeout);

    /// What stood against the host in the last exchange, empty if nothing did.
    default String problem() {
        return "";
    }
}
