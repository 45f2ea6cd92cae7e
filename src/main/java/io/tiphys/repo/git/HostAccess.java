package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import java.util.Locale;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// Readies connections to one repository's host with one credential.
interface HostAccess {

    /// @throws io.tiphys.repo.ManifestFailure if the credential cannot be used as it stands
    static HostAccess of(URIish address, GitCredential credential) {
        return new HttpAccess(address, credential);
    }

    static boolean isHttp(URIish address) {
        var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https");
    }

    void prepare(Transport transport);
}
