package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tiphys.core.policy.Signature;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// A signature by a key of SSH, in OpenSSH's format (its `PROTOCOL.sshsig`). JGit reads them too,
/// but looks for the keys that count in files of the machine, and says nothing of a signature whose
/// key is not there.
///
/// @param key in SSH's format
/// @param namespace what it was signed for
/// @param algorithm that made the bytes
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
record SshSignature(
        byte[] key,
        String namespace,
        byte[] reserved,
        String hash,
        String algorithm,
        byte[] bytes) {

    private static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";
    private static final String END = "-----END SSH SIGNATURE-----";
    private static final byte[] MAGIC = "SSHSIG".getBytes(US_ASCII);
    private static final int VERSION = 1;
    private static final String NEW_HASH = "sha512";
    private static final int LINE = 76;
    private static final byte[] NEW_LINE = {'\n'};

    /// What is signed is signed by its hash.
    private static final Set<String> HASHES = Set.of("sha256", "sha512");

    /// RSA with SHA-1 and DSA are none of them.
    private static final Set<String> ALGORITHMS =
            Set.of(
                    "ssh-ed25519",
                    "rsa-sha2-256",
                    "rsa-sha2-512",
                    "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384",
                    "ecdsa-sha2-nistp521");

    static boolean isOne(String armour) {
        return armour.startsWith(BEGIN);
    }

    /// Of a content, in its armour.
    ///
    /// @throws GeneralSecurityException if the key is of a kind that does not count
    static String sign(byte[] content, KeyPair by) throws GeneralSecurityException, IOException {
        var type = String.valueOf(KeyUtils.getKeyType(by));
        var algorithm = type.equals("ssh-rsa") ? "rsa-sha2-512" : type;
        if (!ALGORITHMS.contains(algorithm)) {
            throw new InvalidKeyException("keys of the kind %s do not count".formatted(type));
        }
        try {
            var signer = BuiltinSignatures.fromFactoryName(algorithm).create();
            signer.initSigner(null, by.getPrivate());
            signer.update(null, signed(content, AllowedSigners.NAMESPACE, new byte[0], NEW_HASH));
            var made = new ByteArrayBuffer();
            made.putString(algorithm);
            made.putBytes(signer.sign(null));
            var key = new ByteArrayBuffer();
            key.putRawPublicKey(by.getPublic());
            var all = new ByteArrayBuffer();
            all.putRawBytes(MAGIC);
            all.putUInt(VERSION);
            all.putBytes(key.getCompactData());
            all.putString(AllowedSigners.NAMESPACE);
            all.putBytes(new byte[0]);
            all.putString(NEW_HASH);
            all.putBytes(made.getCompactData());
            var lines = Base64.getMimeEncoder(LINE, NEW_LINE).encodeToString(all.getCompactData());
            return BEGIN + "\n" + lines + "\n" + END + "\n";
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            throw failure;
        } catch (Exception other) {
            // The library declares no less.
            throw new GeneralSecurityException(other);
        }
    }

    /// What the signature in an armour is worth.
    ///
    /// @param madeAt when it says that it was made: then its key must have been valid, as to Git
    static Checked check(byte[] content, String armour, AllowedSigners signers, Instant madeAt) {
        try {
            var signature = read(armour);
            var key = AllowedSigners.fingerprint(signature.key);
            var problem = signature.problem(content);
            if (!problem.isEmpty()) {
                return Checked.bad(key, problem);
            }
            return signers.find(key, madeAt).isPresent()
                    ? new Checked(new Signature.Good(List.of(key)), Instant.MAX)
                    : Checked.bad(key, signers.whyNot(key));
        } catch (Exception unreadable) {
            // The library has many ways to say that something is no signature, or no key.
            return Checked.bad("", "bad signature: it cannot be read");
        }
    }

    private static SshSignature read(String armour) {
        if (!armour.startsWith(BEGIN) || !armour.endsWith(END)) {
            throw new IllegalArgumentException("not in its armour");
        }
        var base64 = armour.substring(BEGIN.length(), armour.length() - END.length());
        var all = new ByteArrayBuffer(Base64.getDecoder().decode(base64.replaceAll("\\s", "")));
        var magic = new byte[MAGIC.length];
        all.getRawBytes(magic);
        if (!MessageDigest.isEqual(magic, MAGIC) || all.getUInt() != VERSION) {
            throw new IllegalArgumentException("not of version 1");
        }
        var key = all.getBytes();
        var namespace = all.getString();
        var reserved = all.getBytes();
        var hash = all.getString();
        var made = new ByteArrayBuffer(all.getBytes());
        var signature =
                new SshSignature(key, namespace, reserved, hash, made.getString(), made.getBytes());
        if (all.available() > 0 || made.available() > 0) {
            throw new IllegalArgumentException("more than a signature");
        }
        return signature;
    }

    /// Why it is not one of the content; empty if it is.
    private String problem(byte[] content) throws Exception {
        if (!namespace.equals(AllowedSigners.NAMESPACE)) {
            return "bad signature: it was not made for Git";
        }
        if (!HASHES.contains(hash) || !ALGORITHMS.contains(algorithm)) {
            return "bad signature: it is made in a way that is not known or too weak";
        }
        var reader = new ByteArrayBuffer(key);
        var publicKey = reader.getRawPublicKey();
        var type = algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm;
        if (reader.available() > 0 || !type.equals(KeyUtils.getKeyType(publicKey))) {
            return "bad signature: its key is of another kind";
        }
        return isOf(content, publicKey) ? "" : "bad signature";
    }

    private boolean isOf(byte[] content, PublicKey publicKey) throws Exception {
        var verifier = BuiltinSignatures.fromFactoryName(algorithm).create();
        verifier.initVerifier(null, publicKey);
        verifier.update(null, signed(content, namespace, reserved, hash));
        return verifier.verify(null, bytes);
    }

    private static byte[] signed(byte[] content, String namespace, byte[] reserved, String hash)
            throws GeneralSecurityException {
        var digest = MessageDigest.getInstance(hash.replace("sha", "SHA-")).digest(content);
        Buffer signed = new ByteArrayBuffer();
        signed.putRawBytes(MAGIC);
        signed.putString(namespace);
        signed.putBytes(reserved);
        signed.putString(hash);
        signed.putBytes(digest);
        return signed.getCompactData();
    }
}
