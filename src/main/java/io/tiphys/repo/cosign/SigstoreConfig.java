package io.tiphys.repo.cosign;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/// Whom to trust that images are signed without a key.
@ConfigMapping(prefix = "tiphys.sigstore")
public interface SigstoreConfig {

    /// The file `trusted_root.json` of an instance of Sigstore: read whenever it is needed, so that
    /// a new one counts at once. Nobody is asked for it.
    Optional<Path> trustedRoot();
}
