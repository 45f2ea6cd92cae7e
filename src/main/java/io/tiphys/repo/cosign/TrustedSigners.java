package io.tiphys.repo.cosign;

import io.tiphys.core.image.Proof;
import io.tiphys.repo.ManifestFailure;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whose signatures count, by keys or by what is configured.
@Singleton
public class TrustedSigners {

    private static final long MAX_BYTES = 1024 * 1024;

    private final SigstoreConfig config;

    public TrustedSigners(SigstoreConfig config) {
        this.config = config;
    }

    /// @throws ManifestFailure if the keys are none, or the trusted root cannot be had
    public Trust of(Proof proof) {
        return switch (proof) {
            case Proof.Keys(var pem) -> PublicKeys.read(pem);
            case Proof.Certificate(var identity) ->
                    new CertifiedIdentity(
                            root(
                                    config.trustedRoot()
                                            .orElseThrow(
                                                    () ->
                                                            new ManifestFailure(
                                                                    "tiphys.sigstore.trusted-root"
                                                                        + " does not say whom to"
                                                                        + " trust"))),
                            identity);
        };
    }

    private static TrustedRoot root(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw TrustedRoot.unusable("it is longer than %d bytes".formatted(MAX_BYTES));
            }
            return TrustedRoot.read(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw TrustedRoot.unusable("its file cannot be read");
        }
    }
}
