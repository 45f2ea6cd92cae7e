package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.tiphys.core.model.ClusterAccess;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.InvalidSpecException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;

/// Turns what a Secret says of a cluster into a connection.
final class Connecting {

    /// A kept connection that was closed meanwhile; what is wrong for longer is the circuit's.
    private static final int RETRIES = 1;

    private static final int CONNECT_MILLIS = 5_000;

    private Connecting() {}

    /// Nothing is asked yet.
    ///
    /// @throws InvalidSpecException if it cannot be used as it stands, without what stands there
    static KubernetesApi open(ClusterSecret cluster, Collection<CloudTokens> clouds) {
        var access = cluster.access();
        var config = Config.empty();
        config.setAutoConfigure(false);
        config.setMasterUrl(cluster.server());
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setConnectionTimeout(CONNECT_MILLIS);
        encrypt(config, access);
        proxy(config, access);
        try {
            return new KubernetesApi(
                    ApiClients.of(config),
                    Login.of(access.login(), cluster.secret(), cluster.server(), clouds),
                    access.compressed());
        } catch (RuntimeException unusable) {
            // A key may be in what it says.
            throw new InvalidSpecException(
                    "tlsClientConfig.certData and keyData are no certificate and its key in PEM");
        }
    }

    private static void encrypt(Config config, ClusterAccess access) {
        if (access.insecure()) {
            config.setTrustCerts(true);
            config.setDisableHostnameVerification(true);
        } else if (!access.authorities().isBlank()) {
            var _ = certificate(access.authorities(), "caData");
            config.setCaCertData(base64(access.authorities()));
        }
        if (!access.serverName().isEmpty()) {
            config.setTlsServerName(access.serverName());
        }
        if (access.clientCertificate().isEmpty() != access.clientKey().isEmpty()) {
            throw new InvalidSpecException(
                    "tlsClientConfig needs both of certData and keyData, or none");
        }
        if (!access.clientCertificate().isEmpty()) {
            var shown = certificate(access.clientCertificate().text(), "certData");
            config.setClientCertData(base64(access.clientCertificate().text()));
            config.setClientKeyData(base64(access.clientKey().text()));
            config.setClientKeyAlgo(shown.getPublicKey().getAlgorithm());
        }
    }

    /// The first.
    private static Certificate certificate(String pem, String field) {
        try {
            var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
            var found = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
            if (!found.isEmpty()) {
                return found.iterator().next();
            }
        } catch (CertificateException malformed) {
            throw new InvalidSpecException(
                    "tlsClientConfig." + field + " is no certificate in PEM");
        }
        throw new InvalidSpecException("tlsClientConfig." + field + " holds no certificate");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void proxy(Config config, ClusterAccess access) {
        if (access.proxy().isEmpty()) {
            return;
        }
        var address = address(access.proxy().text());
        var plain = "%s://%s:%d".formatted(address.getScheme(), address.getHost(), port(address));
        config.setHttpProxy(plain);
        config.setHttpsProxy(plain);
        Optional.ofNullable(address.getUserInfo())
                .map(it -> it.split(":", 2))
                .ifPresent(
                        it -> {
                            config.setProxyUsername(it[0]);
                            config.setProxyPassword(it.length > 1 ? it[1] : "");
                        });
    }

    private static int port(URI address) {
        if (address.getPort() > 0) {
            return address.getPort();
        }
        return switch (address.getScheme()) {
            case "http" -> 80;
            case "https" -> 443;
            default -> 1080;
        };
    }

    private static URI address(String proxy) {
        try {
            var address = new URI(proxy);
            var scheme = String.valueOf(address.getScheme());
            if (address.getHost() != null && scheme.matches("https?|socks5")) {
                return address;
            }
        } catch (URISyntaxException malformed) {
            // A password may be in what it says.
            throw new InvalidSpecException("proxyUrl is no URL");
        }
        throw new InvalidSpecException("proxyUrl must begin with http://, https:// or socks5://");
    }
}
