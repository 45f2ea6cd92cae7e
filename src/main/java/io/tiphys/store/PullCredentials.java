package io.tiphys.store;

import io.tiphys.core.image.PullSecret;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.model.GitCredential;
import io.tiphys.store.Credentials.Use;
import jakarta.inject.Singleton;
import java.util.Optional;

/// What registries are asked for images with.
@Singleton
public class PullCredentials {

    private final Credentials credentials;
    private final Secrets secrets;
    private final String namespace;

    PullCredentials(Credentials credentials, Secrets secrets, StoreConfig config) {
        this.credentials = credentials;
        this.secrets = secrets;
        namespace = config.namespace();
    }

    /// The login of a Secret that an image names; else what charts of that registry are read with.
    ///
    /// @param repository canonical, registry included
    /// @throws RefusedEditException if the Secret cannot be used
    public GitCredential of(String repository, String project, Optional<PullSecret> secret) {
        var known = credentials.reading(new Use("oci://" + repository, project, false));
        if (secret.isEmpty()) {
            return known;
        }
        var named = secret.get();
        if (!named.namespace().equals(namespace)) {
            throw new RefusedEditException(
                    "pull-secret must be in the namespace %s".formatted(namespace));
        }
        var registry = repository.substring(0, repository.indexOf('/'));
        return known.as(named.login(registry, secrets.entries(named.name())));
    }
}
