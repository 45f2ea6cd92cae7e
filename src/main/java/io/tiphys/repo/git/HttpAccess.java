package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.host.Web;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Identities;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/// Git over HTTP. Who shows a credential stays on the repository's own server: JGit would follow a
/// redirect to any other, and log in there.
final class HttpAccess implements HostAccess {

    /// GitHub, GitLab and Bitbucket look at the token alone.
    private static final String ANYBODY = "git";

    /// Who a GitHub App's token is sent as.
    private static final String TOKEN = "x-access-token";

    private final URIish address;
    private final GitCredential credential;
    private final Identities identities;
    private final WebHost host;
    private final boolean mustStay;

    /// Whether the host wanted to know who asks. The next time it is told at once, which spares a
    /// round trip; one that never asks is never told.
    private volatile boolean asked;

    HttpAccess(URIish address, GitCredential credential, Identities identities) {
        this.address = address;
        this.credential = credential;
        this.identities = identities;
        this.host =
                new WebHost(
                        String.valueOf(address.getScheme()),
                        address.getHost(),
                        address.getPort(),
                        credential);
        this.mustStay = !credential.isNobodys() || address.getUser() != null;
    }

    @Override
    public void prepare(Transport transport) {
        var http = (TransportHttp) transport;
        http.setHttpConnectionFactory(new Connections());
        switch (credential.login()) {
            case Login.Nobody _ -> {
                if (address.getPass() != null) {
                    show(http, address.getUser(), address.getPass(), asked, () -> {});
                }
            }
            case Login.Password login -> {
                boolean atOnce = login.unasked() || asked;
                show(http, user(login), login.password().text(), atOnce, () -> {});
            }
            case Login.Bearer login ->
                    http.setAdditionalHeaders(
                            Map.of("Authorization", "Bearer " + login.token().text()));
            case Login.Exchanged login -> {
                var token = identities.token(login, credential.origin(), host);
                show(http, login, token, () -> identities.forget(login, token));
            }
            case Login.SshKey _ -> throw misplaced();
        }
    }

    /// @param refused run if that was not enough
    private void show(TransportHttp http, Login.Exchanged by, String token, Runnable refused) {
        switch (by) {
            case Login.GitHubApp _ -> show(http, TOKEN, token, true, refused);
            case Login.GoogleAccount account ->
                    show(
                            http,
                            Identities.email(account, credential.origin()),
                            token,
                            true,
                            refused);
            case Login.Azure _ -> {
                http.setAdditionalHeaders(Map.of("Authorization", "Bearer " + token));
                http.setCredentialsProvider(new Answer("", new char[0], true, refused));
            }
        }
    }

    private static IllegalStateException misplaced() {
        return new IllegalStateException("A key for SSH was chosen for a host on the web");
    }

    @Override
    public LfsServer lfsServer(boolean asked, Duration timeout) {
        var shown = GitFailure.withoutCredentials(address);
        var login = authorization(asked);
        return LfsServer.of(
                shown,
                shown.replaceFirst("(\\.git)?/*$", ".git/info/lfs"),
                credential,
                login.map(it -> Map.of("Authorization", it)).orElse(Map.of()),
                timeout);
    }

    /// What the host is shown, which it must have asked for unless it did so before.
    private Optional<String> authorization(boolean again) {
        return switch (credential.login()) {
            case Login.Nobody _ ->
                    Optional.ofNullable(address.getPass())
                            .filter(_ -> again || asked)
                            .map(it -> Web.basic(address.getUser(), it));
            case Login.Password login ->
                    again || asked || login.unasked()
                            ? Optional.of(Web.basic(user(login), login.password().text()))
                            : Optional.empty();
            case Login.Bearer login -> Optional.of("Bearer " + login.token().text());
            case Login.Exchanged login -> {
                var token = identities.token(login, credential.origin(), host);
                if (again) {
                    identities.forget(login, token);
                    token = identities.token(login, credential.origin(), host);
                }
                yield Optional.of(authorization(login, token));
            }
            case Login.SshKey _ -> throw misplaced();
        };
    }

    private String authorization(Login.Exchanged by, String token) {
        return switch (by) {
            case Login.GitHubApp _ -> Web.basic(TOKEN, token);
            case Login.GoogleAccount account ->
                    Web.basic(Identities.email(account, credential.origin()), token);
            case Login.Azure _ -> "Bearer " + token;
        };
    }

    private static String user(Login.Password login) {
        return login.user().isEmpty() ? ANYBODY : login.user().text();
    }

    /// @param atOnce whether before the host asks
    /// @param refused run if that was not enough
    private void show(
            TransportHttp http, String user, String password, boolean atOnce, Runnable refused) {
        if (atOnce) {
            http.setPreemptiveBasicAuthentication(user, password);
        }
        http.setCredentialsProvider(new Answer(user, password.toCharArray(), atOnce, refused));
    }

    /// A redirect that is not followed, because the credentials are for another server.
    static final class LeavesServer extends IOException {

        private static final long serialVersionUID = 1;

        LeavesServer(URL url) {
            super("it redirects to " + url.getHost() + ", where its credentials are not sent");
        }
    }

    /// Answers once: what a host refuses it need not be told again.
    private final class Answer extends CredentialsProvider {

        private final String user;
        private final char[] password;
        private final Runnable refused;
        private boolean given;

        Answer(String user, char[] password, boolean given, Runnable refused) {
            this.user = user;
            this.password = password;
            this.given = given;
            this.refused = refused;
        }

        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public boolean supports(CredentialItem... items) {
            for (var item : items) {
                if (!(item instanceof CredentialItem.Username
                        || item instanceof CredentialItem.Password)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean get(URIish uri, CredentialItem... items) {
            if (given) {
                refused.run();
                return false;
            }
            for (var item : items) {
                switch (item) {
                    case CredentialItem.Username name -> name.setValue(user);
                    case CredentialItem.Password secret -> secret.setValue(password);
                    default -> {
                        return false;
                    }
                }
            }
            given = true;
            asked = true;
            return true;
        }
    }

    private final class Connections implements HttpConnectionFactory {

        private final HttpConnectionFactory jdk = new JDKHttpConnectionFactory();

        @Override
        public HttpConnection create(URL url) throws IOException {
            return create(url, null);
        }

        @Override
        public HttpConnection create(URL url, @Nullable Proxy usual) throws IOException {
            if (mustStay && !host.isAt(url)) {
                throw new LeavesServer(url);
            }
            var chosen = host.proxy(url).orElse(usual == null ? Proxy.NO_PROXY : usual);
            return jdk.create(URL.of(URI.create(url.toString()), new Opening(url, chosen)));
        }
    }

    /// JGit's connection lets nobody set more than a TLS context for each request, which would cost
    /// a handshake for each; so it is given one that is set up already.
    private final class Opening extends URLStreamHandler {

        private final URL url;
        private final Proxy proxy;

        Opening(URL url, Proxy proxy) {
            this.url = url;
            this.proxy = proxy;
        }

        @Override
        protected URLConnection openConnection(URL same) throws IOException {
            var connection = host.open(url, proxy);
            host.secure(connection);
            return connection;
        }
    }
}
