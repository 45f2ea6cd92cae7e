package io.tiphys.repo.host;

import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// Reads private keys as people paste them. What a parser says of one that it cannot read is
/// dropped: it may quote the key.
public final class PrivateKeys {

    private PrivateKeys() {}

    /// For TLS and signatures: PEM by PKCS#1, PKCS#8 or SEC 1.
    ///
    /// @param field of the Secret that it stands in, for messages
    /// @param origin the Secret's name
    /// @throws ManifestFailure if it is none, or asks for a passphrase
    public static PrivateKey pem(Hidden key, String field, String origin) {
        try (var parser = new PEMParser(new StringReader(key.text()))) {
            for (var part = parser.readObject(); part != null; part = parser.readObject()) {
                var info =
                        switch (part) {
                            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                            case PrivateKeyInfo alone -> alone;
                            // Elliptic curves have their parameters in front.
                            default -> null;
                        };
                if (info != null) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (IOException | RuntimeException _) {
            throw unreadable("%s of the Secret %s".formatted(field, origin), "PEM");
        }
        throw unreadable("%s of the Secret %s".formatted(field, origin), "PEM");
    }

    /// For SSH: OpenSSH's own format as well, Ed25519 among them.
    ///
    /// @param field of the Secret that it stands in, for messages
    /// @param origin the Secret's name
    /// @throws ManifestFailure if it is none, or asks for a passphrase
    public static KeyPair ssh(Hidden key, String field, String origin) {
        return ssh(key, "%s of the Secret %s".formatted(field, origin));
    }

    /// @param what it is, for messages
    /// @throws ManifestFailure if it is none, or asks for a passphrase
    public static KeyPair ssh(Hidden key, String what) {
        var text = key.text().strip() + "\n";
        try {
            var pairs =
                    SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName(what),
                            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                            null);
            if (pairs != null && pairs.iterator().hasNext()) {
                return pairs.iterator().next();
            }
        } catch (IOException | GeneralSecurityException | RuntimeException _) {
            throw unreadable(what, "OpenSSH's format or PEM");
        }
        throw unreadable(what, "OpenSSH's format or PEM");
    }

    private static ManifestFailure unreadable(String what, String format) {
        return new ManifestFailure(
                "%s is no private key that can be read: it must be in %s, without a passphrase"
                        .formatted(what, format));
    }
}
