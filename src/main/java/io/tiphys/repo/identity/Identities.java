package io.tiphys.repo.identity;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.host.WebHost;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;

/// Gets the tokens that some logins of Secrets are exchanged for. Who wants one shows it to the
/// host of its repository alone.
@Singleton
public class Identities {

    /// Whose password is a token, where hosts look at the token alone.
    private static final String TOKENS_USER = "x-access-token";

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

    /// What a program that asks for user and password is told at a Git repository on the web.
    ///
    /// @param url of the repository
    /// @return empty where nobody is asked, or is answered in another way
    /// @throws io.tiphys.repo.ManifestFailure if there is no token to be had
    public Optional<Login.Password> password(GitCredential credential, String url) {
        return switch (credential.login()) {
            case Login.Nobody _, Login.Bearer _, Login.SshKey _ -> Optional.empty();
            case Login.Password login when login.user().isEmpty() ->
                    Optional.of(password(TOKENS_USER, login.password().text()));
            case Login.Password login -> Optional.of(login);
            case Login.Exchanged login -> {
                var address = URI.create(url);
                var way =
                        new WebHost(
                                address.getScheme(),
                                address.getHost(),
                                address.getPort(),
                                credential);
                var user =
                        login instanceof Login.GoogleAccount account
                                ? email(account, credential.origin())
                                : TOKENS_USER;
                yield Optional.of(password(user, token(login, credential.origin(), way)));
            }
        };
    }

    private static Login.Password password(String user, String password) {
        return new Login.Password(new Hidden(user), new Hidden(password), false);
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
