package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/// A key pair, and what cosign makes of an image with it.
public record CosignKey(KeyPair pair, String algorithm) {

    public static final String SIGNING = "https://sigstore.dev/cosign/sign/v1";
    public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    public static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// As cosign makes one by itself: ECDSA on P-256.
    public static CosignKey generate() {
        return generate("secp256r1", "SHA256withECDSA");
    }

    /// @param kind a curve, `Ed25519` or a number of bits of RSA
    public static CosignKey generate(String kind, String algorithm) {
        try {
            KeyPairGenerator generator;
            if (kind.startsWith("secp")) {
                generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec(kind));
            } else if (kind.equals("Ed25519")) {
                generator = KeyPairGenerator.getInstance(kind);
            } else {
                generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(Integer.parseInt(kind));
            }
            return new CosignKey(generator.generateKeyPair(), algorithm);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// The public key.
    public String pem() {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    public static String pem(String kind, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(
                        kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
    }

    public byte[] sign(byte[] content) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(pair.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// In base64, as annotations and bundles have it.
    public String signature(byte[] content) {
        return base64(sign(content));
    }

    /// What is signed of an image.
    public static byte[] payload(String repository, String digest) {
        return """
        {"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"%s"},\
        "type":"cosign container image signature"},"optional":null}\
        """
                .formatted(repository, digest)
                .getBytes(UTF_8);
    }

    /// A statement of in-toto about an image.
    public static byte[] statement(String predicate, String digest) {
        return """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"%s":"%s"}}],\
        "predicateType":"%s","predicate":{}}\
        """
                .formatted(digest.split(":")[0], digest.split(":")[1], predicate)
                .getBytes(UTF_8);
    }

    /// A bundle with a signed statement.
    public byte[] bundle(byte[] statement) {
        return bundle("application/vnd.in-toto+json", statement);
    }

    public byte[] bundle(String type, byte[] content) {
        return """
        {"mediaType":"%s","verificationMaterial":{"publicKey":{"hint":""}},\
        "dsseEnvelope":{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}}\
        """
                .formatted(BUNDLE, base64(content), type, signature(encoded(type, content)))
                .getBytes(UTF_8);
    }

    /// A bundle with a signature of an image's manifest itself.
    public byte[] messageBundle(byte[] manifest) {
        return """
        {"mediaType":"%s","verificationMaterial":{"publicKey":{"hint":""}},\
        "messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":""},"signature":"%s"}}\
        """
                .formatted(BUNDLE, signature(manifest))
                .getBytes(UTF_8);
    }

    private static byte[] encoded(String type, byte[] content) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(
                "DSSEv1 %d %s %d ".formatted(type.length(), type, content.length).getBytes(UTF_8));
        all.writeBytes(content);
        return all.toByteArray();
    }

    private static String base64(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }
}
