package io.tiphys.repo.cosign;

import io.tiphys.repo.ManifestFailure;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Public keys in PEM: of ECDSA on P-256, P-384 or P-521, RSA from 2048 bits and Ed25519. There may
/// be several, of which any counts, so that one can take another's place.
final class PublicKeys implements Trust {

    private static final int MAX_TEXT = 64 * 1024;
    private static final int MAX_KEYS = 20;
    private static final int MIN_RSA_BITS = 2048;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final String KIND = "PUBLIC KEY";

    private static final String UNKNOWN =
            "it holds a key that is none of ECDSA on P-256, P-384 or P-521, RSA or Ed25519";

    private final List<PublicKey> keys;

    private PublicKeys(List<PublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /// @param pem may have any text between the keys
    /// @throws ManifestFailure if there is none, or anything else than such keys; what stands there
    ///     is not repeated, as it may be a secret
    static PublicKeys read(String pem) {
        if (pem.length() > MAX_TEXT) {
            throw unusable("it is longer than %d characters".formatted(MAX_TEXT));
        }
        var keys = new ArrayList<PublicKey>();
        var blocks = BLOCK.matcher(pem);
        while (blocks.find()) {
            if (!blocks.group(1).equals(KIND)) {
                throw unusable("it holds something else than public keys");
            }
            keys.add(key(blocks.group(2)));
        }
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw unusable(
                    keys.isEmpty()
                            ? "it holds no public key in PEM"
                            : "it holds more than %d keys".formatted(MAX_KEYS));
        }
        return new PublicKeys(keys);
    }

    private static PublicKey key(String base64) {
        try {
            return find(Base64.getMimeDecoder().decode(base64))
                    .map(PublicKeys::strong)
                    .orElseThrow(() -> unusable(UNKNOWN));
        } catch (IllegalArgumentException malformed) {
            throw unusable(UNKNOWN);
        }
    }

    /// A key as certificates and logs have it; empty if it is of no kind that is known.
    static Optional<PublicKey> find(byte[] encoded) {
        return Stream.of("EC", "RSA", "Ed25519")
                .flatMap(it -> find(it, encoded).stream())
                .findFirst();
    }

    private static Optional<PublicKey> find(String algorithm, byte[] encoded) {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm)
                            .generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException ofAnother) {
            return Optional.empty();
        }
    }

    private static PublicKey strong(PublicKey key) {
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw unusable("it holds a key of RSA with less than %d bits".formatted(MIN_RSA_BITS));
        }
        return key;
    }

    private static ManifestFailure unusable(String reason) {
        return new ManifestFailure(
                "the key that images must be signed with cannot be used: " + reason);
    }

    @Override
    public String fault(Signed signed) {
        return verify(signed.content(), signed.signature()) ? "" : FOREIGN;
    }

    /// Whether a signature of this content is by one of the keys.
    boolean verify(byte[] content, byte[] signature) {
        return keys.stream().anyMatch(key -> verify(key, content, signature));
    }

    /// Whether a signature of this content is by this key.
    static boolean verify(PublicKey key, byte[] content, byte[] signature) {
        return switch (key) {
            // By SHA-256, as cosign signs with any of these, or by what belongs to the curve.
            case ECPublicKey ec ->
                    verify("SHA256withECDSA", key, content, signature)
                            || switch (ec.getParams().getOrder().bitLength()) {
                                case 384 -> verify("SHA384withECDSA", key, content, signature);
                                case 521 -> verify("SHA512withECDSA", key, content, signature);
                                default -> false;
                            };
            case EdECPublicKey _ ->
                    verify("Ed25519", key, content, signature)
                            || verifyHashed(key, content, signature);
            default -> verify("SHA256withRSA", key, content, signature);
        };
    }

    private static boolean verify(
            String algorithm, PublicKey key, byte[] content, byte[] signature) {
        try {
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException none) {
            // Bytes that are no signature of this kind are none of this key.
            return false;
        }
    }

    /// Ed25519ph, with which entries of a transparency log are made.
    private static boolean verifyHashed(PublicKey key, byte[] content, byte[] signature) {
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.setParameter(new EdDSAParameterSpec(true));
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException none) {
            return false;
        }
    }
}
