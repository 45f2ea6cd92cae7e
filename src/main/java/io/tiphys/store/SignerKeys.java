package io.tiphys.store;

import io.tiphys.core.image.Proof;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Signer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What signatures of images are checked with. A Secret counts as it is at the
/// moment, so that a key may be added beside another, or taken away.
@Singleton
public class SignerKeys {

    private final Function<String, Map<String, String>> secrets;
    private final String namespace;

    @Inject
    SignerKeys(Secrets secrets, StoreConfig config) {
        this(secrets::entries, config.namespace());
    }

    /// @param secrets what the Secret of a name holds
    /// @param namespace in which they are
    SignerKeys(Function<String, Map<String, String>> secrets, String namespace) {
        this.secrets = secrets;
        this.namespace = namespace;
    }

    /// @throws RefusedEditException if there is no such key
    public Proof of(Signer signer) {
        return switch (signer) {
            case Signer.Key(var where, var secret, _) when !where.equals(namespace) ->
                    throw new RefusedEditException(
                            "the Secret %s with the key must be in the namespace %s"
                                    .formatted(secret, namespace));
            case Signer.Key(_, var secret, var entry) ->
                    Optional.ofNullable(secrets.apply(secret).get(entry))
                            .map(Proof.Keys::new)
                            .orElseThrow(
                                    () ->
                                            new RefusedEditException(
                                                    "there is no Secret %s with the key %s"
                                                            .formatted(secret, entry)));
            case Signer.Identity identity -> new Proof.Certificate(identity);
        };
    }
}
