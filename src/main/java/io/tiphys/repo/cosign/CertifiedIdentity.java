package io.tiphys.repo.cosign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.image.Signer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTF8String;

/// Signatures by somebody whom an authority of Sigstore knew by name: it gave out a certificate for
/// some minutes, and a log promises that the signature was made within them.
///
/// Not looked at: the promise of a log of certificates that is in the certificate (SCT).
final class CertifiedIdentity implements Trust {

    private static final String ISSUER = "1.3.6.1.4.1.57264.1.8";

    /// The same in certificates of before 2022, as bare text.
    private static final String OLD_ISSUER = "1.3.6.1.4.1.57264.1.1";

    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

    private static final int MAIL = 1;
    private static final int URI = 6;

    private final TrustedRoot root;
    private final Signer.Identity wanted;

    CertifiedIdentity(TrustedRoot root, Signer.Identity wanted) {
        this.root = root;
        this.wanted = wanted;
    }

    @Override
    public String fault(Signed signed) {
        if (signed.certificate().isEmpty() || signed.entry().isEmpty()) {
            return "it is signed without a certificate and the promise of a transparency log";
        }
        try {
            var certificate = TrustedRoot.certificate(signed.certificate().get());
            return fault(signed, certificate, signed.entry().get());
        } catch (IOException | IllegalArgumentException | GeneralSecurityException unreadable) {
            return "its certificate, or what a transparency log says of it, cannot be read";
        }
    }

    private String fault(Signed signed, X509Certificate certificate, LogEntry entry)
            throws IOException, GeneralSecurityException {
        if (!root.promises(entry)) {
            return "no transparency log that is trusted promises to know of it";
        }
        if (!root.issued(certificate, entry.time())) {
            return "its certificate is by no authority that is trusted, or was not valid when it"
                    + " was signed";
        }
        if (!Optional.ofNullable(certificate.getExtendedKeyUsage())
                .orElse(List.of())
                .contains(CODE_SIGNING)) {
            return "its certificate is not for signing";
        }
        if (!PublicKeys.verify(certificate.getPublicKey(), signed.content(), signed.signature())) {
            return FOREIGN;
        }
        if (!entry.isOf(signed.logged(), signed.signature(), certificate)) {
            return "what a transparency log promises to know of is another signature";
        }
        return wanted.fault(issuer(certificate), subject(certificate));
    }

    private static String issuer(X509Certificate certificate) throws IOException {
        var now = certificate.getExtensionValue(ISSUER);
        var old = certificate.getExtensionValue(OLD_ISSUER);
        if (now != null) {
            return ASN1UTF8String.getInstance(ASN1Primitive.fromByteArray(octets(now))).getString();
        }
        return old == null ? "" : new String(octets(old), UTF_8);
    }

    private static byte[] octets(byte[] extension) throws IOException {
        return ASN1OctetString.getInstance(ASN1Primitive.fromByteArray(extension)).getOctets();
    }

    /// Empty if it has none, or several.
    private static String subject(X509Certificate certificate) throws GeneralSecurityException {
        var names = certificate.getSubjectAlternativeNames();
        if (names == null || names.size() != 1) {
            return "";
        }
        var name = names.iterator().next();
        return name.getFirst() instanceof Integer kind
                        && (kind == MAIL || kind == URI)
                        && name.get(1) instanceof String text
                ? text
                : "";
    }
}
