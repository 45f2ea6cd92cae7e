package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tiphys.core.policy.Signature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureException;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPImplementation;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.OpenPGPSignature.OpenPGPDocumentSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/// A ring of public keys of GPG, and what it says of signatures, in Argo CD's words. A key counts
/// as it is now, as to `gpg`: what one signed that has expired or was revoked since is refused.
final class GpgKeys {

    private static final OpenPGPImplementation OPENPGP = new BcOpenPGPImplementation();

    private static final String BEGIN = "-----BEGIN PGP SIGNATURE-----";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final List<OpenPGPCertificate> certificates = new ArrayList<>();

    /// Why entries are no keys, by what they are listed under.
    private final Map<String, String> problems = new TreeMap<>();

    /// @param armoured a key each, by its id or fingerprint
    GpgKeys(Map<String, String> armoured) {
        armoured.forEach(
                (id, armour) -> {
                    try {
                        certificates.add(read(id, armour));
                    } catch (IOException | RuntimeException unreadable) {
                        // The library has many ways to say that something is no key.
                        problems.put(id, String.valueOf(unreadable.getMessage()));
                    }
                });
    }

    private static OpenPGPCertificate read(String id, String armour) throws IOException {
        var keys = new OpenPGPKeyReader(OPENPGP).parseCertificates(armour);
        if (keys.size() != 1) {
            throw new IOException("it holds %d keys, and not one".formatted(keys.size()));
        }
        var key = keys.getFirst();
        if (!names(key.getPrimaryKey()).contains(id.strip().toUpperCase(Locale.ROOT))) {
            throw new IOException("it holds the key " + names(key.getPrimaryKey()).getFirst());
        }
        return key;
    }

    static boolean isSignature(String armour) {
        return armour.startsWith(BEGIN);
    }

    /// What a signature is worth now.
    ///
    /// One at a time: what a key's own signatures are worth is found out when it is used first.
    synchronized Checked check(byte[] content, String armour, Instant now) {
        try {
            var signature = signature(armour);
            // A key that is listed twice, and was revoked in between, is revoked.
            return certificates.stream()
                    .flatMap(it -> Stream.ofNullable(it.getSigningKeyFor(signature)))
                    .map(key -> check(content, signature, key, now))
                    .reduce((one, other) -> one.isBad() ? one : other)
                    .orElseGet(() -> Checked.bad(issuer(signature), missing()));
        } catch (IOException | RuntimeException unreadable) {
            // The library has many ways to say that something is no signature.
            return Checked.bad("", "bad signature: it cannot be read");
        }
    }

    /// The only signature of an armour.
    private static PGPSignature signature(String armour) throws IOException {
        try (var bytes =
                new ArmoredInputStream(new ByteArrayInputStream(armour.getBytes(ISO_8859_1)))) {
            var packets = OPENPGP.pgpObjectFactory(bytes);
            if (packets.nextObject() instanceof PGPSignatureList list
                    && list.size() == 1
                    && packets.nextObject() == null) {
                return list.get(0);
            }
            throw new IOException("not one signature");
        }
    }

    private static Checked check(
            byte[] content, PGPSignature raw, OpenPGPComponentKey key, Instant now) {
        var shown = names(key).getFirst();
        var signature = new OpenPGPDocumentSignature(raw, key);
        try {
            raw.init(OPENPGP.pgpContentVerifierBuilderProvider(), key.getPGPPublicKey());
            raw.update(content);
            if (raw.getSignatureType() != PGPSignature.BINARY_DOCUMENT || !signature.verify()) {
                return Checked.bad(shown, "bad signature");
            }
            if (!OPENPGP.policy().hasAcceptableDocumentSignatureHashAlgorithm(raw)) {
                return Checked.bad(shown, "bad signature: its hash is too weak");
            }
            if (!signature.isValidAt(Date.from(now), OPENPGP.policy())) {
                return Checked.bad(shown, unfit(key, now));
            }
            var expiry = Optional.ofNullable(signature.getExpirationTime());
            if (isPast(expiry, now)) {
                return Checked.bad(shown, "expired signature");
            }
            var until =
                    Stream.of(expiry, expiry(key, now), expiry(primary(key), now))
                            .flatMap(Optional::stream)
                            .map(Date::toInstant)
                            .min(Comparator.naturalOrder());
            return new Checked(
                    new Signature.Good(
                            Stream.of(key, primary(key))
                                    .flatMap(it -> names(it).stream())
                                    .distinct()
                                    .toList()),
                    until.orElse(Instant.MAX));
        } catch (PGPSignatureException refused) {
            return Checked.bad(shown, "bad signature: " + refused.getMessage());
        } catch (PGPException broken) {
            return Checked.bad(shown, "bad signature");
        }
    }

    /// Why a key does not count.
    private static String unfit(OpenPGPComponentKey key, Instant now) {
        var keys = List.of(key, primary(key));
        var date = Date.from(now);
        if (keys.stream().anyMatch(it -> it.getRevocation(date) != null)) {
            return "signed with revoked key";
        }
        return keys.stream().anyMatch(it -> isPast(expiry(it, now), now))
                ? "signed with expired key"
                : "signed with a key that may not sign";
    }

    private static boolean isPast(Optional<Date> expiry, Instant now) {
        return expiry.filter(it -> !now.isBefore(it.toInstant())).isPresent();
    }

    private static Optional<Date> expiry(OpenPGPComponentKey key, Instant now) {
        return Optional.ofNullable(key.getCertification(Date.from(now)))
                .map(it -> it.getKeyExpirationTime());
    }

    private static OpenPGPComponentKey primary(OpenPGPComponentKey key) {
        return key.getCertificate().getPrimaryKey();
    }

    private String missing() {
        return "signed with key not in keyring"
                + (problems.isEmpty()
                        ? ""
                        : ", of which entries cannot be read: "
                                + SignedObject.shortened(problems.toString()));
    }

    /// Under which a policy may name a key: its id, and its fingerprint.
    static List<String> names(OpenPGPComponentKey key) {
        var id = key.getKeyIdentifier();
        return List.of(hex(id.getKeyId()), HEX.formatHex(id.getFingerprint()));
    }

    private static String issuer(PGPSignature signature) {
        return signature.getKeyIdentifiers().stream()
                .map(it -> hex(it.getKeyId()))
                .findFirst()
                .orElse("");
    }

    private static String hex(long keyId) {
        return HEX.toHexDigits(keyId);
    }
}
