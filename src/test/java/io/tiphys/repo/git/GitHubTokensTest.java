package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.SshGitHost;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against an API that checks the App's signature as GitHub does.
class GitHubTokensTest extends AgainstGitHost {

    private static final KeyPair APP = SshGitHost.key("ssh-rsa", 2048);
    private static final KeyPair OTHER = SshGitHost.key("ssh-rsa", 2048);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer api;
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private int status = 201;
    private String answer = "";
    private final GitHubTokens tokens = new GitHubTokens(() -> now);

    @BeforeEach
    void serveApi() throws Exception {
        api = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        api.createContext("/", this::answer);
        api.start();
    }

    @AfterEach
    void stopApi() {
        api.stop(0);
    }

    @Test
    void an_app_that_proves_itself_gets_a_token_of_its_installation() {
        assertThat(get(app("7", "11", APP))).isEqualTo("token-1");
        assertThat(asked).containsExactly("POST /api/v3/app/installations/11/access_tokens 7");
    }

    @Test
    void a_token_is_kept_until_shortly_before_it_expires() {
        var app = app("7", "11", APP);
        get(app);
        now = now.plus(Duration.ofMinutes(54));
        assertThat(get(app)).isEqualTo("token-1");

        now = now.plus(Duration.ofMinutes(2));
        assertThat(get(app)).isEqualTo("token-2");
    }

    @Test
    void a_token_that_was_refused_is_asked_for_anew() {
        var app = app("7", "11", APP);
        get(app);

        tokens.forget(app);

        assertThat(get(app)).isEqualTo("token-2");
    }

    @Test
    void many_who_want_one_ask_once() throws Exception {
        var app = app("7", "11", APP);
        var calls = new ArrayList<Callable<String>>();
        for (int i = 0; i < 20; i++) {
            calls.add(() -> get(app));
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var got : threads.invokeAll(calls)) {
                assertThat(got.get()).isEqualTo("token-1");
            }
        }

        assertThat(asked).hasSize(1);
    }

    @Test
    void another_installation_has_another_token() {
        get(app("7", "11", APP));

        assertThat(get(app("7", "12", APP))).isEqualTo("token-2");
    }

    @Test
    void who_signs_with_another_key_is_told_so() {
        assertThatThrownBy(() -> get(app("7", "11", OTHER)))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("do not belong together");
    }

    @ParameterizedTest
    @CsvSource({
        "404, '', no such githubAppInstallationID, false",
        "403, '', suspended, false",
        "302, '', it answered 302, false",
        "503, '', it answered 503, true",
        "201, canary, gives no token, true",
        "201, '{\"token\":\"canary\"}', gives no token, true",
    })
    void an_answer_without_a_token_is_named(
            int status, String answer, String words, boolean passing) {
        this.status = status;
        this.answer = answer;

        assertThatThrownBy(() -> get(app("7", "11", APP)))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isEqualTo(passing))
                .hasMessageContaining(words)
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @CsvSource({"x, 11", "7, ''", "7, ../../x"})
    void ids_are_numbers(String app, String installation) {
        assertThatThrownBy(() -> get(app(app, installation, APP)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("must be numbers");
        assertThat(asked).isEmpty();
    }

    @Test
    void the_token_opens_the_repository() throws Exception {
        now = Instant.now();
        try (var guarded = CountingGitHost.of(host.cloneUrl())) {
            guarded.want(basic("token-1"));
            var credential =
                    Credential.of(
                            guarded.url(),
                            Map.of(
                                    "githubAppID",
                                    "7",
                                    "githubAppInstallationID",
                                    "11",
                                    "githubAppPrivateKey",
                                    SelfSigned.pem(APP.getPrivate()),
                                    "githubAppEnterpriseBaseUrl",
                                    base()));

            var mirror = mirrors.of(guarded.url(), credential);
            assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(tipOf(MAIN).name());
            assertThat(guarded.shown()).containsOnly(basic("token-1"));

            // One that the host refuses is not kept.
            guarded.want(basic("token-2"));
            assertThatThrownBy(() -> mirror.resolve("main", FetchDemand.NEWEST))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("does not accept the credentials of the Secret creds");
            assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(tipOf(MAIN).name());
        }
    }

    private String get(Login.GitHubApp app) {
        return tokens.get(app, "creds", url -> (HttpURLConnection) url.openConnection());
    }

    private Login.GitHubApp app(String app, String installation, KeyPair key) {
        return new Login.GitHubApp(
                app, installation, new Hidden(SelfSigned.pem(key.getPrivate())), base() + "/");
    }

    private static String basic(String token) {
        return "Basic "
                + Base64.getEncoder().encodeToString(("x-access-token:" + token).getBytes(UTF_8));
    }

    private String base() {
        return "http://127.0.0.1:%d/api/v3".formatted(api.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var proof =
                    exchange.getRequestHeaders()
                            .getFirst("Authorization")
                            .replaceFirst("^Bearer ", "");
            var issuer = "";
            try {
                issuer =
                        new JwtConsumerBuilder()
                                .setVerificationKey(APP.getPublic())
                                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "RS256")
                                .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
                                .setRequireExpirationTime()
                                .setRequireIssuedAt()
                                .setMaxFutureValidityInMinutes(10)
                                .build()
                                .processToClaims(proof)
                                .getIssuer();
            } catch (InvalidJwtException | MalformedClaimException unproven) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            asked.add(
                    "%s %s %s"
                            .formatted(
                                    exchange.getRequestMethod(), exchange.getRequestURI(), issuer));
            var body =
                    answer.isEmpty()
                            ? "{\"token\":\"token-%d\",\"expires_at\":\"%s\"}"
                                    .formatted(asked.size(), now.plus(Duration.ofHours(1)))
                            : answer;
            exchange.sendResponseHeaders(status, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
    }
}
