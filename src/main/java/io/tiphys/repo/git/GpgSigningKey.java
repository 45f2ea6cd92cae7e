package io.tiphys.repo.git;

import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.PacketFormat;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPDetachedSignatureGenerator;
import org.bouncycastle.openpgp.api.OpenPGPImplementation;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPKey.OpenPGPSecretKey;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/// A private key of OpenPGP that may sign now.
record GpgSigningKey(OpenPGPSecretKey key, String origin) {

    private static final OpenPGPImplementation OPENPGP = new BcOpenPGPImplementation();

    /// The part of the key that signs: of those that may, a subkey that is named, else the newest
    /// subkey, as `gpg` has it, else the primary key, which often lies elsewhere.
    ///
    /// @throws ManifestFailure if there is none
    static GpgSigningKey find(CommitSigning.OpenPgp signing, Instant now) {
        var found =
                signing.keys().stream()
                        .flatMap(it -> read(it).stream())
                        .filter(it -> signing.id().isEmpty() || isNamed(it, signing.id()))
                        .findFirst()
                        .orElseThrow(() -> missing(signing));
        var chosen =
                found.getSigningKeys(Date.from(now)).stream()
                        .flatMap(it -> Stream.ofNullable(found.getSecretKey(it)))
                        .max(
                                Comparator.comparing((OpenPGPSecretKey it) -> !it.isLocked())
                                        .thenComparing(
                                                it -> !it.isPrimaryKey() && names(it, signing.id()))
                                        .thenComparing(it -> !it.isPrimaryKey())
                                        .thenComparing(OpenPGPSecretKey::getCreationTime));
        if (chosen.isEmpty()) {
            throw failure(signing.origin(), unfit(found, now));
        }
        if (chosen.get().isLocked()) {
            throw failure(signing.origin(), "asks for a passphrase, which must be taken off");
        }
        return new GpgSigningKey(chosen.get(), signing.origin());
    }

    private static List<OpenPGPKey> read(Hidden armour) {
        try {
            return new OpenPGPKeyReader(OPENPGP).parseKeys(armour.text());
        } catch (IOException | RuntimeException _) {
            // The library has many ways to say that something is no key, and may quote it.
            return List.of();
        }
    }

    private static ManifestFailure missing(CommitSigning.OpenPgp signing) {
        return failure(
                signing.origin(),
                "holds no armoured private key%s that can be read"
                        .formatted(signing.id().isEmpty() ? "" : " " + signing.id()));
    }

    private static String unfit(OpenPGPKey key, Instant now) {
        var date = Date.from(now);
        if (key.getRevocation(date) != null) {
            return "has a key that is revoked";
        }
        var expiry = key.getExpirationTime(date);
        return expiry != null && !now.isBefore(expiry.toInstant())
                ? "has a key that expired at %s".formatted(expiry.toInstant())
                : "has a key of which no part may sign now";
    }

    private static boolean isNamed(OpenPGPKey key, String id) {
        return key.getKeys().stream().anyMatch(it -> names(it, id));
    }

    private static boolean names(OpenPGPComponentKey key, String id) {
        return !id.isEmpty()
                && GpgKeys.names(key).stream()
                        .anyMatch(it -> it.endsWith(id.toUpperCase(Locale.ROOT)));
    }

    private static ManifestFailure failure(String origin, String reason) {
        return new ManifestFailure("git.commit-signing-key: %s %s".formatted(origin, reason));
    }

    /// @return a signature in its armour
    String sign(byte[] content) throws IOException {
        try {
            var generator = new OpenPGPDetachedSignatureGenerator(OPENPGP);
            generator.addSigningKey(key, (char[]) null, null);
            return generator
                    .sign(new ByteArrayInputStream(content))
                    .getFirst()
                    .toAsciiArmoredString(
                            PacketFormat.ROUNDTRIP, ArmoredOutputStream.builder().clearHeaders());
        } catch (PGPException broken) {
            throw failure(origin, "cannot sign: " + broken.getMessage());
        }
    }
}
