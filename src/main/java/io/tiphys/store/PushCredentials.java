package io.tiphys.store;

import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.policy.CredentialChoice;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.crd.RepositorySecretReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What new tags are pushed with.
@Singleton
public class PushCredentials {

    private final Credentials credentials;
    private final Function<String, Optional<Map<String, Object>>> secrets;
    private final String namespace;

    @Inject
    PushCredentials(Credentials credentials, Secrets secrets, StoreConfig config) {
        this(credentials, secrets::find, config.namespace());
    }

    /// @param secrets by their names
    /// @param namespace in which they are
    PushCredentials(
            Credentials credentials,
            Function<String, Optional<Map<String, Object>>> secrets,
            String namespace) {
        this.credentials = credentials;
        this.secrets = secrets;
        this.namespace = namespace;
    }

    /// Of the Secret that the Application names, or what its repository is usually pushed to with.
    /// A Secret that says itself which repositories, or whose, it is for is for no others: who may
    /// write an Application could have it shown to any host.
    ///
    /// @throws RefusedEditException if the Secret cannot be used
    public GitCredential of(String repoUrl, Application application, Optional<String> secret) {
        var use = new Use(repoUrl, application.project());
        return secret.isEmpty()
                ? credentials.writing(use)
                : of(use, application.id().namespace(), secret.get());
    }

    private GitCredential of(Use use, String where, String name) {
        if (!where.equals(namespace)) {
            throw refused(name, "must be in the namespace " + namespace);
        }
        var tree = secrets.apply(name);
        if (tree.isEmpty()) {
            throw refused(name, "is not there");
        }
        var secret = RepositorySecretReader.named(tree.get(), use.url());
        var address = RepositoryAddress.of(use.url());
        if (!secret.address().isSameAs(address) && !secret.address().covers(address)) {
            throw refused(name, "is for another repository than " + use.url());
        }
        var own =
                new RepositorySecret(
                        name,
                        RepositorySecret.Kind.WRITE_REPOSITORY,
                        address,
                        secret.project(),
                        secret.fields());
        var credential = CredentialChoice.writing(use.url(), use.project(), List.of(own));
        if (credential.isNobodys()) {
            throw refused(
                    name,
                    secret.project().isEmpty() || secret.project().equals(use.project())
                            ? "has no credentials for such an address"
                            : "is for another project than " + use.project());
        }
        var usual = credentials.writing(use);
        return credential.trusting(usual.knownHosts(), usual.authorities());
    }

    private static RefusedEditException refused(String secret, String why) {
        return new RefusedEditException(
                "write-back-method: the Secret %s %s".formatted(secret, why));
    }
}
