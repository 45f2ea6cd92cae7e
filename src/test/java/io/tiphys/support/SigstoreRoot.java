package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority that issues certificates for some minutes, and a log of what is signed with them,
/// as Sigstore has them.
public final class SigstoreRoot {

    public static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    public static final String ISSUER = "https://issuer.local";
    public static final String SUBJECT = "https://git.local/team/web/build.yaml@refs/heads/main";

    private static final Duration LIFE = Duration.ofMinutes(10);

    private final KeyPair root = keys();
    private final KeyPair intermediate = keys();
    private final KeyPair log = keys();
    private final X509Certificate rootCertificate;
    private final X509Certificate intermediateCertificate;

    public SigstoreRoot() {
        var from = NOW.minus(Duration.ofDays(365));
        var until = NOW.plus(Duration.ofDays(365));
        rootCertificate = authority("CN=root", root, "CN=root", root, from, until);
        intermediateCertificate =
                authority("CN=intermediate", intermediate, "CN=root", root, from, until);
    }

    /// Somebody's certificate, with its key.
    public record Leaf(CosignKey key, X509Certificate certificate) {

        public String pem() {
            try {
                return CosignKey.pem("CERTIFICATE", certificate.getEncoded());
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// The file of that name.
    public byte[] trusted() {
        return """
        {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
         "tlogs": [{"publicKey": {"rawBytes": "%s", "validFor": {"start": "2025-01-01T00:00:00Z"}},
                    "logId": {"keyId": "%s"}}],
         "certificateAuthorities": [{
           "certChain": {"certificates": [{"rawBytes": "%s"}, {"rawBytes": "%s"}]},
           "validFor": {"start": "2025-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}}]}
        """
                .formatted(
                        base64(log.getPublic().getEncoded()),
                        base64(logId()),
                        encoded(intermediateCertificate),
                        encoded(rootCertificate))
                .getBytes(UTF_8);
    }

    public Leaf leaf() {
        return leaf(SUBJECT, ISSUER, KeyPurposeId.id_kp_codeSigning);
    }

    public Leaf leaf(String subject, String issuer, KeyPurposeId purpose) {
        var key = CosignKey.generate();
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=intermediate"),
                            BigInteger.TEN,
                            Date.from(NOW),
                            Date.from(NOW.plus(LIFE)),
                            new X500Name(new RDN[0]),
                            key.pair().getPublic());
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    true,
                    new GeneralNames(
                            new GeneralName(GeneralName.uniformResourceIdentifier, subject)));
            builder.addExtension(
                    new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1.8"),
                    false,
                    new DERUTF8String(issuer));
            return new Leaf(key, signed(builder, intermediate));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// What the log says of a payload's signature, as an annotation has it.
    public String oldBundle(Leaf leaf, byte[] payload, String signature, Instant time) {
        return oldBundle(record(leaf, payload, signature), time);
    }

    /// The same of another signature of the payload.
    public String oldBundle(Leaf leaf, byte[] payload, Instant time) {
        return oldBundle(leaf, payload, leaf.key().signature(payload), time);
    }

    private String oldBundle(String body, Instant time) {
        return """
        {"SignedEntryTimestamp":"%s","Payload":{"body":"%s","integratedTime":%d,"logIndex":7,"logID":"%s"}}\
        """
                .formatted(promise(body, time), body, time.getEpochSecond(), hex(logId()));
    }

    /// A bundle with a signed statement.
    public byte[] bundle(Leaf leaf, byte[] statement, Instant time) {
        var plain = new String(leaf.key().bundle(statement), UTF_8);
        var signature = plain.replaceFirst("(?s).*\"sig\":\"([^\"]*)\".*", "$1");
        var body =
                base64(
                        """
                        {"apiVersion":"0.0.1","kind":"dsse","spec":{"payloadHash":{"algorithm":"sha256",\
                        "value":"%s"},"signatures":[{"signature":"%s","verifier":"%s"}]}}\
                        """
                                .formatted(
                                        ChartHost.digest(statement),
                                        signature,
                                        base64(leaf.pem().getBytes(UTF_8)))
                                .getBytes(UTF_8));
        return plain.replace(
                        "\"publicKey\":{\"hint\":\"\"}",
                        """
                        "certificate":{"rawBytes":"%s"},"tlogEntries":[{"logIndex":"7",\
                        "logId":{"keyId":"%s"},"integratedTime":"%d","canonicalizedBody":"%s",\
                        "inclusionPromise":{"signedEntryTimestamp":"%s"}}]\
                        """
                                .formatted(
                                        encoded(leaf.certificate()),
                                        base64(logId()),
                                        time.getEpochSecond(),
                                        body,
                                        promise(body, time)))
                .getBytes(UTF_8);
    }

    private String record(Leaf leaf, byte[] content, String signature) {
        return base64(
                """
                {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256",\
                "value":"%s"}},"signature":{"content":"%s","publicKey":{"content":"%s"}}}}\
                """
                        .formatted(
                                ChartHost.digest(content),
                                signature,
                                base64(leaf.pem().getBytes(UTF_8)))
                        .getBytes(UTF_8));
    }

    private String promise(String body, Instant time) {
        var promised =
                "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":7}"
                        .formatted(body, time.getEpochSecond(), hex(logId()));
        return new CosignKey(log, "SHA256withECDSA").signature(promised.getBytes(UTF_8));
    }

    private byte[] logId() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(log.getPublic().getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static X509Certificate authority(
            String name, KeyPair keys, String by, KeyPair signer, Instant from, Instant until) {
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name(by),
                            BigInteger.ONE,
                            Date.from(from),
                            Date.from(until),
                            new X500Name(name),
                            keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return signed(builder, signer);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair signer) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(signer.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair keys() {
        return CosignKey.generate().pair();
    }

    private static String encoded(X509Certificate certificate) {
        try {
            return base64(certificate.getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
