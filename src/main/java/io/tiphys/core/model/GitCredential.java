package io.tiphys.core.model;

/// How a host of Git repositories or of charts is reached, what it is shown, and how it is told
/// from an impostor. What was read with one credential is not for who has another.
///
/// @param origin names of the Secrets that it was read from, for messages; empty if there are none
/// @param clientCertificate a chain in PEM, empty for none
/// @param clientKey its private key in PEM
/// @param insecure whether any host is believed
/// @param proxy address of the proxy, empty for none
/// @param noProxy hosts that are reached without it, separated by commas
/// @param knownHosts the keys of SSH hosts, in lines as OpenSSH has them
/// @param authorities the only certificates in PEM that the host's may rest on; empty for those
///     that the machine trusts
/// @param registry whether an address of the web is that of an OCI registry
/// @param plainHttp whether a registry is spoken to without encryption
/// @param largeFiles whether files that a repository only points to, by Git LFS, are fetched
/// @param depth how many commits of a branch are fetched, as it is written; empty for all
public record GitCredential(
        String origin,
        Login login,
        Hidden clientCertificate,
        Hidden clientKey,
        boolean insecure,
        Hidden proxy,
        String noProxy,
        String knownHosts,
        String authorities,
        boolean registry,
        boolean plainHttp,
        boolean largeFiles,
        String depth) {

    /// What anybody may do.
    public static final GitCredential NONE =
            new GitCredential(
                    "",
                    new Login.Nobody(),
                    Hidden.EMPTY,
                    Hidden.EMPTY,
                    false,
                    Hidden.EMPTY,
                    "",
                    "",
                    "",
                    false,
                    false,
                    false,
                    "");

    /// Who we say we are.
    public sealed interface Login {

        record Nobody() implements Login {}

        /// @param unasked whether it is sent before the host asks for it
        record Password(Hidden user, Hidden password, boolean unasked) implements Login {}

        record Bearer(Hidden token) implements Login {}

        /// @param privateKey in PEM or OpenSSH's format
        record SshKey(Hidden privateKey) implements Login {}

        /// What is exchanged for a token that lasts a while: no host of repositories is shown it.
        sealed interface Exchanged extends Login {}

        /// @param baseUrl of the API, empty for that of github.com
        record GitHubApp(String app, String installation, Hidden privateKey, String baseUrl)
                implements Exchanged {}

        /// An account of Google's cloud that is no person's.
        ///
        /// @param key as Google gives it out: JSON with a private key
        record GoogleAccount(Hidden key) implements Exchanged {}

        /// An identity in a directory of Azure (Entra ID).
        sealed interface Azure extends Exchanged {}

        /// @param directory address of the service that gives out tokens, empty for that of Azure's
        ///     public cloud
        record AzurePrincipal(String tenant, String client, Hidden secret, String directory)
                implements Azure {}

        /// The identity that the service's own pod has.
        record AzureWorkload() implements Azure {}
    }

    /// Whether nothing is shown that another would not have.
    public boolean isNobodys() {
        return login instanceof Login.Nobody && clientCertificate.isEmpty();
    }

    public GitCredential trusting(String knownHosts, String authorities) {
        return new GitCredential(
                origin,
                login,
                clientCertificate,
                clientKey,
                insecure,
                proxy,
                noProxy,
                knownHosts,
                authorities,
                registry,
                plainHttp,
                largeFiles,
                depth);
    }

    /// The same, reached as a registry's operator says.
    ///
    /// @param authorities empty for those that it has
    public GitCredential reached(boolean insecure, boolean plainHttp, String authorities) {
        return new GitCredential(
                origin,
                login,
                clientCertificate,
                clientKey,
                insecure,
                proxy,
                noProxy,
                knownHosts,
                authorities.isBlank() ? this.authorities : authorities,
                registry,
                plainHttp,
                largeFiles,
                depth);
    }

    /// For hosts that this one's leads to: the way there, and nothing that is shown or believed.
    public GitCredential forOthers() {
        return new GitCredential(
                NONE.origin,
                NONE.login,
                NONE.clientCertificate,
                NONE.clientKey,
                NONE.insecure,
                proxy,
                noProxy,
                NONE.knownHosts,
                NONE.authorities,
                NONE.registry,
                NONE.plainHttp,
                NONE.largeFiles,
                NONE.depth);
    }

    /// How the same host is reached by somebody else, of whom no Secret tells.
    public GitCredential as(Login other) {
        return new GitCredential(
                "",
                other,
                Hidden.EMPTY,
                Hidden.EMPTY,
                insecure,
                proxy,
                noProxy,
                knownHosts,
                authorities,
                registry,
                plainHttp,
                false,
                "");
    }
}
