package io.tiphys.repo.identity;

import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.host.WebHost;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;

/// Gets the tokens that some logins of Secrets are exchanged for. Who wants one shows it to the
/// host of its repository alone.
@Singleton
public class Identities {

    private final Azure azure;
    private final Tokens tokens;

    /// @param audience what the token is for, where one identity has several
    private record Owner(Login.Exchanged login, String audience) {}

    @Inject
    Identities(AzureConfig azure) {
        this(azure, InstantSource.system());
    }

    public Identities(AzureConfig azure, InstantSource clock) {
        this.azure = new Azure(azure);
        tokens = new Tokens(clock);
    }

    /// For a Git host, or for a registry that takes the same.
    ///
    /// @param origin the Secret's name, for messages
    /// @param way how the credential has hosts reached
    /// @throws io.tiphys.repo.ManifestFailure if there is none to be had
    public String token(Login.Exchanged login, String origin, WebHost way) {
        return tokens.get(
                new Owner(login, ""),
                now ->
                        switch (login) {
                            case Login.GitHubApp app -> GitHub.ask(app, origin, way, now);
                            case Login.GoogleAccount account ->
                                    Google.ask(account, origin, way, now);
                            case Login.Azure own -> azure.devOps(own, origin, way, now);
                        });
    }

    /// After a Git host refused what [#token] gave.
    public void forget(Login.Exchanged login, String token) {
        tokens.forget(new Owner(login, ""), token);
    }

    /// A password for a registry of Azure's.
    ///
    /// @param exchange where the registry, and nobody else, exchanges a directory's token for it
    /// @param service as the registry calls itself
    public String registryPassword(
            Login.Azure login, String origin, WebHost way, URI exchange, String service) {
        return tokens.get(
                new Owner(login, exchange + " " + service),
                _ ->
                        Azure.exchanged(
                                tokens.get(
                                        new Owner(login, "registries"),
                                        now -> azure.registries(login, origin, way, now)),
                                login,
                                origin,
                                exchange.toString(),
                                service,
                                way));
    }

    /// Who a Google account is to Git hosts.
    public static String email(Login.GoogleAccount account, String origin) {
        return Google.email(account, origin);
    }
}
