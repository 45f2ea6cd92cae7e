package io.tiphys.core.policy;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.model.RepositorySecret.Kind;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Decides what the Applications of a project show a host of repositories, as Argo CD does: the
/// Secret of that very repository, the project's own before everybody's; where it holds no
/// credentials, or there is none, those of the template with the longest address that the
/// repository's starts with.
///
/// A project's template is for that project alone, which Argo CD leaves open.
public final class CredentialChoice {

    /// Fields that alone make Argo CD look no further.
    private static final List<String> CREDENTIALS =
            List.of(
                    "username",
                    "password",
                    "bearerToken",
                    "sshPrivateKey",
                    "tlsClientCertData",
                    "githubAppPrivateKey",
                    "gcpServiceAccountKey",
                    "azureServicePrincipalClientSecret");

    private static final String AZURE = "useAzureWorkloadIdentity";

    /// Those for charts may have an address that Git repositories start with as well.
    private static final Set<String> GIT = Set.of("", "git");

    private static final Set<String> CHARTS = Set.of("", "helm", "oci");

    private static final Set<String> NAMED = Set.of("helm", "oci");

    private CredentialChoice() {}

    /// What reading is done with.
    ///
    /// @param secrets all that there are
    public static GitCredential reading(
            String url, String project, Collection<RepositorySecret> secrets) {
        return chosen(
                RepositoryAddress.of(url),
                usable(project, secrets, GIT),
                Kind.REPOSITORY,
                Kind.TEMPLATE);
    }

    /// What charts and other artefacts are read with.
    ///
    /// @param url of the repository of charts, or of an OCI registry with or without `oci://`
    public static GitCredential charts(
            String url, String project, Collection<RepositorySecret> secrets) {
        return chosen(
                RepositoryAddress.ofCharts(url),
                usable(project, secrets, CHARTS),
                Kind.REPOSITORY,
                Kind.TEMPLATE);
    }

    /// The address of a repository of charts, by the name that its Secret gives it.
    public static Optional<String> named(
            String name, String project, Collection<RepositorySecret> secrets) {
        return of(Kind.REPOSITORY, usable(project, secrets, NAMED)).stream()
                .filter(it -> !name.isEmpty() && it.field("name").text().equals(name))
                .min(PROJECTS_OWN_FIRST)
                .map(it -> it.field("url").text());
    }

    /// What pushing is done with: where no Secret is for writing alone, the same as for reading.
    public static GitCredential writing(
            String url, String project, Collection<RepositorySecret> secrets) {
        var writing =
                chosen(
                        RepositoryAddress.of(url),
                        usable(project, secrets, GIT),
                        Kind.WRITE_REPOSITORY,
                        Kind.WRITE_TEMPLATE);
        return writing.isNobodys() ? reading(url, project, secrets) : writing;
    }

    private static GitCredential chosen(
            RepositoryAddress address, List<RepositorySecret> usable, Kind exact, Kind prefix) {
        var own = repository(address, of(exact, usable));
        if (own.filter(CredentialChoice::hasCredentials).isPresent()) {
            return credential(address, own, own);
        }
        return credential(address, own, template(address, of(prefix, usable)));
    }

    private static List<RepositorySecret> usable(
            String project, Collection<RepositorySecret> secrets, Set<String> types) {
        return secrets.stream()
                .filter(it -> types.contains(it.field("type").text()))
                .filter(it -> it.project().isEmpty() || it.project().equals(project))
                .toList();
    }

    private static List<RepositorySecret> of(Kind kind, List<RepositorySecret> secrets) {
        return secrets.stream().filter(it -> it.kind() == kind).toList();
    }

    private static Optional<RepositorySecret> repository(
            RepositoryAddress address, List<RepositorySecret> secrets) {
        return secrets.stream()
                .filter(it -> it.address().isSameAs(address))
                .min(PROJECTS_OWN_FIRST);
    }

    private static Optional<RepositorySecret> template(
            RepositoryAddress address, List<RepositorySecret> secrets) {
        return secrets.stream()
                .filter(it -> it.address().covers(address))
                .min(
                        Comparator.<RepositorySecret>comparingInt(it -> -it.address().length())
                                .thenComparing(PROJECTS_OWN_FIRST));
    }

    /// Of several that fit equally well always the same one.
    private static final Comparator<RepositorySecret> PROJECTS_OWN_FIRST =
            Comparator.<RepositorySecret, Boolean>comparing(it -> it.project().isEmpty())
                    .thenComparing(RepositorySecret::name);

    private static boolean hasCredentials(RepositorySecret secret) {
        return secret.flag(AZURE)
                || CREDENTIALS.stream().anyMatch(it -> !secret.field(it).isEmpty());
    }

    /// @param own settings of the repository itself
    /// @param from whose credentials are shown
    private static GitCredential credential(
            RepositoryAddress address,
            Optional<RepositorySecret> own,
            Optional<RepositorySecret> from) {
        var proxied =
                Stream.of(own, from)
                        .flatMap(Optional::stream)
                        .filter(it -> !it.field("proxy").isEmpty())
                        .findFirst();
        return new GitCredential(
                Stream.of(own, from)
                        .flatMap(Optional::stream)
                        .map(RepositorySecret::name)
                        .distinct()
                        .collect(Collectors.joining(", ")),
                from.map(it -> login(it, address)).orElseGet(Login.Nobody::new),
                field(from, "tlsClientCertData"),
                field(from, "tlsClientCertKey"),
                own.filter(it -> it.flag("insecure") || it.flag("insecureIgnoreHostKey"))
                        .isPresent(),
                field(proxied, "proxy"),
                field(proxied, "noProxy").text(),
                "",
                "",
                anyFlag("enableOCI", own, from),
                anyFlag("insecureOCIForceHttp", own, from),
                own.filter(it -> it.flag("enableLfs")).isPresent(),
                field(own, "depth").text().strip());
    }

    private static Login login(RepositorySecret secret, RepositoryAddress address) {
        if (address.isSsh()) {
            var key = secret.field("sshPrivateKey");
            return key.isEmpty() ? new Login.Nobody() : new Login.SshKey(key);
        }
        if (!secret.field("bearerToken").isEmpty()) {
            return new Login.Bearer(secret.field("bearerToken"));
        }
        if (!secret.field("username").isEmpty() || !secret.field("password").isEmpty()) {
            return new Login.Password(
                    secret.field("username"),
                    secret.field("password"),
                    secret.flag("forceHttpBasicAuth"));
        }
        if (!secret.field("githubAppPrivateKey").isEmpty()) {
            return new Login.GitHubApp(
                    secret.field("githubAppID").text(),
                    secret.field("githubAppInstallationID").text(),
                    secret.field("githubAppPrivateKey"),
                    secret.field("githubAppEnterpriseBaseUrl").text());
        }
        if (!secret.field("gcpServiceAccountKey").isEmpty()) {
            return new Login.GoogleAccount(secret.field("gcpServiceAccountKey"));
        }
        if (secret.flag(AZURE)) {
            return new Login.AzureWorkload();
        }
        return secret.field("azureServicePrincipalClientSecret").isEmpty()
                ? new Login.Nobody()
                : new Login.AzurePrincipal(
                        secret.field("azureServicePrincipalTenantId").text().strip(),
                        secret.field("azureServicePrincipalClientId").text().strip(),
                        secret.field("azureServicePrincipalClientSecret"),
                        secret.field("azureActiveDirectoryEndpoint").text().strip());
    }

    private static boolean anyFlag(
            String key, Optional<RepositorySecret> own, Optional<RepositorySecret> from) {
        return Stream.of(own, from).flatMap(Optional::stream).anyMatch(it -> it.flag(key));
    }

    private static Hidden field(Optional<RepositorySecret> secret, String key) {
        return secret.map(it -> it.field(key)).orElse(Hidden.EMPTY);
    }
}
