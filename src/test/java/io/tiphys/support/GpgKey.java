package io.tiphys.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.PBESecretKeyEncryptor;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;
import org.eclipse.jgit.lib.GpgConfig;
import org.eclipse.jgit.lib.GpgSignature;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.Signer;
import org.eclipse.jgit.transport.CredentialsProvider;

/// A developer's key of GPG, with a subkey that may sign as well.
public final class GpgKey implements Signer {

    private static final int CERTIFY_AND_SIGN = KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA;

    private final PGPKeyPair primary;
    private final PGPKeyPair subkey;
    private final PGPPublicKeyRing ring;
    private final PGPSecretKeyRing secret;

    private GpgKey(
            PGPKeyPair primary, PGPKeyPair subkey, PGPPublicKeyRing ring, PGPSecretKeyRing secret) {
        this.primary = primary;
        this.subkey = subkey;
        this.ring = ring;
        this.secret = secret;
    }

    /// One that never expires.
    public static GpgKey create() {
        return create(Instant.now().minusSeconds(3600), 0);
    }

    /// @param seconds after which it expires; 0 for never
    public static GpgKey create(Instant created, long seconds) {
        try {
            var primary = pair(created);
            var subkey = pair(created);
            var generator =
                    new PGPKeyRingGenerator(
                            PGPSignature.POSITIVE_CERTIFICATION,
                            primary,
                            "Ada <ada@example.org>",
                            new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                            use(CERTIFY_AND_SIGN, seconds),
                            null,
                            builder(primary, HashAlgorithmTags.SHA256),
                            (PBESecretKeyEncryptor) null);
            generator.addSubKey(
                    subkey,
                    use(KeyFlags.SIGN_DATA, seconds),
                    null,
                    builder(subkey, HashAlgorithmTags.SHA256));
            return new GpgKey(
                    primary,
                    subkey,
                    generator.generatePublicKeyRing(),
                    generator.generateSecretKeyRing());
        } catch (PGPException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static PGPKeyPair pair(Instant created) throws PGPException {
        var generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4,
                PublicKeyAlgorithmTags.EDDSA_LEGACY,
                generator.generateKeyPair(),
                Date.from(created));
    }

    private static PGPSignatureSubpacketVector use(int flags, long seconds) {
        var subpackets = new PGPSignatureSubpacketGenerator();
        subpackets.setKeyFlags(true, flags);
        if (seconds > 0) {
            subpackets.setKeyExpirationTime(true, seconds);
        }
        return subpackets.generate();
    }

    /// The same key, withdrawn by its owner.
    public GpgKey revoked() {
        return revoked(primary, PGPSignature.KEY_REVOCATION);
    }

    /// The same key, whose subkey alone is withdrawn.
    public GpgKey withoutSubkey() {
        return revoked(subkey, PGPSignature.SUBKEY_REVOCATION);
    }

    private GpgKey revoked(PGPKeyPair withdrawn, int type) {
        try {
            var generator = generator(primary, HashAlgorithmTags.SHA256, type, Instant.now());
            var isPrimary = withdrawn == primary;
            var key = ring.getPublicKey(withdrawn.getKeyID());
            var signature =
                    isPrimary
                            ? generator.generateCertification(key)
                            : generator.generateCertification(ring.getPublicKey(), key);
            return new GpgKey(
                    primary,
                    subkey,
                    PGPPublicKeyRing.insertPublicKey(
                            ring, PGPPublicKey.addCertification(key, signature)),
                    secret);
        } catch (PGPException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// As a policy names it.
    public String id() {
        return HexFormat.of().withUpperCase().toHexDigits(primary.getKeyID());
    }

    public String fingerprint() {
        return HexFormat.of().withUpperCase().formatHex(primary.getPublicKey().getFingerprint());
    }

    public String subkeyId() {
        return HexFormat.of().withUpperCase().toHexDigits(subkey.getKeyID());
    }

    /// The public key, as the ConfigMap has it.
    public String armoured() {
        try {
            return armoured(ring.getEncoded());
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// The private key, as its owner gives it to a program.
    public String armouredPrivate() {
        return armoured(secret);
    }

    /// The same, which asks for a passphrase.
    public String armouredPrivate(String passphrase) {
        try {
            return armoured(
                    PGPSecretKeyRing.copyWithNewPassword(
                            secret,
                            null,
                            new BcPBESecretKeyEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                                    .build(passphrase.toCharArray())));
        } catch (PGPException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private String armoured(PGPSecretKeyRing keys) {
        try {
            return armoured(PGPSecretKeyRing.replacePublicKeys(keys, ring).getEncoded());
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Override
    public GpgSignature sign(
            Repository repository,
            GpgConfig config,
            byte[] data,
            PersonIdent committer,
            String signingKey,
            CredentialsProvider credentials) {
        return new GpgSignature(sign(data).getBytes(US_ASCII));
    }

    @Override
    public boolean canLocateSigningKey(
            Repository repository,
            GpgConfig config,
            PersonIdent committer,
            String signingKey,
            CredentialsProvider credentials) {
        return true;
    }

    public String sign(byte[] data) {
        return sign(data, primary, HashAlgorithmTags.SHA512, 0);
    }

    public String signBySubkey(byte[] data) {
        return sign(data, subkey, HashAlgorithmTags.SHA512, 0);
    }

    public String signWeakly(byte[] data) {
        return sign(data, primary, HashAlgorithmTags.SHA1, 0);
    }

    /// @param seconds for which the signature counts
    public String signFor(byte[] data, long seconds) {
        return sign(data, primary, HashAlgorithmTags.SHA512, seconds);
    }

    private static String sign(byte[] data, PGPKeyPair key, int hash, long seconds) {
        try {
            var generator =
                    generator(
                            key,
                            hash,
                            PGPSignature.BINARY_DOCUMENT,
                            Instant.now().minusSeconds(1800));
            if (seconds > 0) {
                var subpackets = new PGPSignatureSubpacketGenerator();
                subpackets.setIssuerFingerprint(false, key.getPublicKey());
                subpackets.setSignatureCreationTime(Date.from(Instant.now().minusSeconds(1800)));
                subpackets.setSignatureExpirationTime(true, seconds);
                generator.setHashedSubpackets(subpackets.generate());
            }
            generator.update(data);
            return armoured(generator.generate().getEncoded());
        } catch (PGPException | IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static PGPSignatureGenerator generator(
            PGPKeyPair key, int hash, int type, Instant created) throws PGPException {
        var generator = new PGPSignatureGenerator(builder(key, hash), key.getPublicKey());
        PGPPrivateKey secret = key.getPrivateKey();
        generator.init(type, secret);
        var subpackets = new PGPSignatureSubpacketGenerator();
        subpackets.setIssuerFingerprint(false, key.getPublicKey());
        subpackets.setSignatureCreationTime(Date.from(created));
        generator.setHashedSubpackets(subpackets.generate());
        return generator;
    }

    private static BcPGPContentSignerBuilder builder(PGPKeyPair key, int hash) {
        return new BcPGPContentSignerBuilder(key.getPublicKey().getAlgorithm(), hash);
    }

    /// Two signatures, one behind the other, in one armour.
    public static String joined(String first, String second) {
        try {
            var packets = new ByteArrayOutputStream();
            for (var armour : new String[] {first, second}) {
                try (var in =
                        new ArmoredInputStream(
                                new ByteArrayInputStream(armour.getBytes(US_ASCII)))) {
                    in.transferTo(packets);
                }
            }
            return armoured(packets.toByteArray());
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String armoured(byte[] packets) throws IOException {
        var text = new ByteArrayOutputStream();
        try (var armour = ArmoredOutputStream.builder().clearHeaders().build(text)) {
            armour.write(packets);
        }
        return text.toString(US_ASCII);
    }
}
