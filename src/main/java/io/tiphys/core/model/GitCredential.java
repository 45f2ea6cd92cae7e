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
        boolean plainHttp) {

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
                    false);

    /// Who we say we are.
    public sealed interface Login {

        record Nobody() implements Login {}

        /// @param unasked whether it is sent before the host asks for it
        record Password(Hidden user, Hidden password, boolean unasked) implements Login {}

        record Bearer(Hidden token) implements Login {}

        /// @param privateKey in PEM or OpenSSH's format
        record SshKey(Hidden privateKey) implements Login {}

        /// @param baseUrl of the API, empty for that of github.com
        record GitHubApp(String app, String installation, Hidden privateKey, String baseUrl)
                implements Login {}

        /// A way that this version does not know.
        ///
        /// @param field of the Secret that asks for it
        record Unsupported(String field) implements Login {}
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
                plainHttp);
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
                plainHttp);
    }
}
