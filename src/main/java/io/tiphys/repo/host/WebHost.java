package io.tiphys.repo.host;

import io.tiphys.core.model.GitCredential;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/// A server on the web as a credential has it reached: through its proxy, and with its encryption.
public final class WebHost {

    private final String host;
    private final int port;
    private final boolean encrypted;
    private final boolean insecure;
    private final Optional<ProxyChoice> proxy;
    private final Optional<SSLSocketFactory> tls;

    /// @param scheme `http` or `https`
    /// @param port negative for the scheme's own
    /// @throws io.tiphys.repo.ManifestFailure if the credential cannot be used as it stands
    public WebHost(String scheme, String host, int port, GitCredential credential) {
        this.host = host;
        this.encrypted = scheme.toLowerCase(Locale.ROOT).equals("https");
        this.port = port > 0 ? port : encrypted ? 443 : 80;
        this.insecure = credential.insecure();
        this.proxy = ProxyChoice.of(credential);
        this.tls = Tls.of(credential);
    }

    /// Whether what is shown this server may be shown at an address. One that it did not keep
    /// secret before may be sent to its encrypted self.
    public boolean isAt(URL url) {
        boolean alsoEncrypted = url.getProtocol().equals("https");
        int otherPort = url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
        boolean upgrade = alsoEncrypted && !encrypted && port == 80 && otherPort == 443;
        return url.getHost().equalsIgnoreCase(host)
                && (upgrade || (otherPort == port && alsoEncrypted == encrypted));
    }

    /// Not yet connected. Certificates are for this host alone: what it leads to may be another.
    public HttpURLConnection open(URL url) throws IOException {
        var connection =
                proxy.isPresent() ? url.openConnection(proxy.get().of(url)) : url.openConnection();
        if (url.getHost().equalsIgnoreCase(host)) {
            secure(connection);
        }
        if (connection instanceof HttpURLConnection http) {
            return http;
        }
        throw new IOException("No address on the web: " + url.getProtocol());
    }

    /// Empty if the credential names none: then the machine's settings count.
    public Optional<Proxy> proxy(URL url) {
        return proxy.map(it -> it.of(url));
    }

    /// Encrypts as the credential says.
    public void secure(URLConnection connection) {
        if (connection instanceof HttpsURLConnection https) {
            tls.ifPresent(https::setSSLSocketFactory);
            if (insecure) {
                https.setHostnameVerifier((_, _) -> true);
            }
        }
    }
}
