package io.tiphys.repo.host;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Encryption with what a credential adds to the machine's own settings.
public final class Tls {

    private Tls() {}

    /// @return empty if it adds nothing
    /// @throws ManifestFailure if a certificate or key cannot be read
    public static Optional<SSLSocketFactory> of(GitCredential credential) {
        return context(credential).map(SSLContext::getSocketFactory);
    }

    /// The same for a client that makes its own sockets.
    static Optional<SSLContext> context(GitCredential credential) {
        if (!credential.insecure()
                && credential.authorities().isBlank()
                && credential.clientCertificate().isEmpty()) {
            return Optional.empty();
        }
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(shown(credential), trusted(credential), null);
            return Optional.of(context);
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("Every JDK has TLS", impossible);
        }
    }

    private static KeyManager @Nullable [] shown(GitCredential credential)
            throws GeneralSecurityException, IOException {
        if (credential.clientCertificate().isEmpty()) {
            return null;
        }
        var certificates = credential.clientCertificate().text();
        X509Certificate[] chain;
        try {
            chain = certificates(certificates);
        } catch (CertificateException unreadable) {
            throw new ManifestFailure(
                    "tlsClientCertData of the Secret %s is no certificate in PEM"
                            .formatted(credential.origin()));
        }
        var key = PrivateKeys.pem(credential.clientKey(), "tlsClientCertKey", credential.origin());
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("client", key, new char[0], chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] trusted(GitCredential credential)
            throws GeneralSecurityException, IOException {
        if (credential.insecure()) {
            return new TrustManager[] {new Anybody()};
        }
        if (credential.authorities().isBlank()) {
            return null;
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try {
            int number = 0;
            for (var certificate : certificates(credential.authorities())) {
                store.setCertificateEntry(String.valueOf(number++), certificate);
            }
        } catch (CertificateException unreadable) {
            throw new ManifestFailure(
                    "The ConfigMap argocd-tls-certs-cm has no certificate in PEM for this host");
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static X509Certificate[] certificates(String pem) throws CertificateException {
        var found =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                        .toArray(X509Certificate[]::new);
        if (found.length == 0) {
            throw new CertificateException("none");
        }
        return found;
    }

    /// For Secrets that ask for it with `insecure`.
    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
