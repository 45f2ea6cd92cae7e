package io.tiphys.repo.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// A server on the web as a credential has it reached: through its proxy, and with its encryption.
public final class WebHost {

    private final String host;
    private final int port;
    private final boolean encrypted;
    private final boolean insecure;
    private final Optional<ProxyChoice> proxy;
    private final Optional<ProxyLogin> proxyLogin;
    private final Optional<SSLSocketFactory> tls;

    /// @param scheme `http` or `https`
    /// @param port negative for the scheme's own
    /// @throws ManifestFailure if the credential cannot be used as it stands
    public WebHost(String scheme, String host, int port, GitCredential credential) {
        this.host = host;
        this.encrypted = scheme.toLowerCase(Locale.ROOT).equals("https");
        this.port = port > 0 ? port : encrypted ? 443 : 80;
        this.insecure = credential.insecure();
        this.proxy = ProxyChoice.of(credential);
        if (proxy.filter(it -> it.login().isPresent() && it.proxy().type() == Proxy.Type.SOCKS)
                .isPresent()) {
            throw new ManifestFailure(
                    "The proxy of the Secret %s has a password, which socks5:// may have for SSH alone"
                            .formatted(credential.origin()));
        }
        this.proxyLogin = proxy.flatMap(ProxyChoice::login).map(ProxyLogin::new);
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
        var connection = proxy.isPresent() ? open(url, proxy(url).get()) : url.openConnection();
        if (url.getHost().equalsIgnoreCase(host)) {
            secure(connection);
        }
        if (connection instanceof HttpURLConnection http) {
            return http;
        }
        throw new IOException("No address on the web: " + url.getProtocol());
    }

    /// Not yet connected, and not yet encrypted as the credential says.
    ///
    /// @param by this credential's proxy, or another that asks for nothing
    public URLConnection open(URL url, Proxy by) throws IOException {
        var connection = url.openConnection(by);
        if (proxyLogin.isPresent() && proxy.filter(it -> it.proxy().equals(by)).isPresent()) {
            if (connection instanceof HttpsURLConnection https) {
                proxyLogin.get().beginOnThisThread();
                https.setAuthenticator(proxyLogin.get());
            } else {
                connection.setRequestProperty("Proxy-Authorization", proxyLogin.get().basic());
            }
        }
        return connection;
    }

    /// Answers the proxy once a connection: what it refuses it need not be told again. One for all
    /// connections, as Java never forgets who answered.
    private static final class ProxyLogin extends Authenticator {

        private static final ThreadLocal<Boolean> GIVEN = ThreadLocal.withInitial(() -> false);

        private final PasswordAuthentication login;

        ProxyLogin(PasswordAuthentication login) {
            this.login = login;
        }

        /// Who opens a connection also makes it.
        void beginOnThisThread() {
            GIVEN.set(false);
        }

        String basic() {
            var text = login.getUserName() + ":" + new String(login.getPassword());
            return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            if (GIVEN.get() || getRequestorType() != RequestorType.PROXY) {
                return null;
            }
            GIVEN.set(true);
            return login;
        }
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
