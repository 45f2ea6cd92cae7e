package io.tiphys.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.support.PasswordProxy;
import io.tiphys.support.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Connections as Secrets describe them, to a server that asks for a client's certificate and
/// answers nothing but its version.
class ConnectingTest {

    private static final SelfSigned SERVER = SelfSigned.create();
    private static final SelfSigned CLIENT = SelfSigned.create();
    private static HttpServer server;
    private static HttpServer plain;

    @BeforeAll
    static void start() throws IOException {
        var https = HttpsServer.create(loopback(), 0);
        https.setHttpsConfigurator(
                new HttpsConfigurator(SERVER.context(Optional.of(CLIENT))) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        parameters.setWantClientAuth(true);
                    }
                });
        server = answering(https);
        plain = answering(HttpServer.create(loopback(), 0));
    }

    @AfterAll
    static void stop() {
        server.stop(0);
        plain.stop(0);
    }

    @Test
    void a_server_is_believed_by_the_authority_of_its_secret_alone() {
        assertThat(version(Map.of("caData", base64(SERVER.certificatePem())))).isEqualTo("v1.35.2");
        assertThat(version(Map.of("insecure", true))).isEqualTo("v1.35.2");
        for (var tls :
                List.<Map<String, Object>>of(
                        Map.of(), Map.of("caData", base64(CLIENT.certificatePem())))) {
            assertThatThrownBy(() -> version(tls))
                    .isInstanceOf(ApiFailure.class)
                    .hasMessageStartingWith("The API server at https://127.0.0.1:");
        }
    }

    @Test
    void a_clients_certificate_is_shown() {
        var tls =
                Map.<String, Object>of(
                        "caData", base64(SERVER.certificatePem()),
                        "certData", base64(CLIENT.certificatePem()),
                        "keyData", base64(CLIENT.keyPem()));

        assertThat(version(tls)).isEqualTo("v1.35.2 for a client that is known");
    }

    @Test
    void a_certificate_or_key_that_is_none_is_named_and_not_shown() {
        var pem = base64(CLIENT.certificatePem());

        assertUnusable(
                Map.of("caData", base64("canary")), "tlsClientConfig.caData is no certificate");
        assertUnusable(Map.of("certData", pem), "tlsClientConfig needs both");
        assertUnusable(
                Map.of("certData", base64("canary"), "keyData", base64("canary")),
                "tlsClientConfig.certData is no certificate");
        assertUnusable(
                Map.of("certData", pem, "keyData", base64("canary")),
                "tlsClientConfig.certData and keyData are no certificate and its key");
    }

    @Test
    void a_proxy_leads_there_with_its_password() {
        try (var proxy = PasswordProxy.to(address())) {
            var cluster = secret("http://far.example", Map.of("proxyUrl", proxy.url()));
            try (var api = Connecting.open(cluster, List.of())) {
                assertThat(api.probe()).isEqualTo("v1.35.2");
            }
            assertThat(proxy.led()).hasSize(1);
        }
    }

    @Test
    void a_proxy_that_is_none_is_named_and_its_password_not_shown() {
        for (var proxy :
                List.of("canary@proxy", "ftp://ada:canary@proxy", "http://ada:can ary@p")) {
            assertThatThrownBy(
                            () ->
                                    Connecting.open(
                                            secret("http://far.example", Map.of("proxyUrl", proxy)),
                                            List.of()))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageStartingWith("proxyUrl ")
                    .hasMessageNotContaining("ary");
        }
    }

    private static void assertUnusable(Map<String, Object> tls, String problem) {
        assertThatThrownBy(() -> version(tls))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageStartingWith(problem)
                .hasMessageNotContaining("canary");
    }

    private static String version(Map<String, Object> tls) {
        var address = "https://127.0.0.1:" + server.getAddress().getPort();
        try (var api =
                Connecting.open(secret(address, Map.of("tlsClientConfig", tls)), List.of())) {
            return api.probe();
        }
    }

    private static ClusterSecret secret(String address, Map<String, Object> config) {
        return AgainstTwoClusters.secret("far", address, config);
    }

    @Test
    void answers_come_compressed_unless_the_secret_says_otherwise() {
        for (var config :
                List.<Map<String, Object>>of(Map.of(), Map.of("disableCompression", true))) {
            var cluster = secret(address(), config);
            try (var api = Connecting.open(cluster, List.of())) {
                assertThat(api.get("/long")).containsEntry("compressed", config.isEmpty());
            }
        }
    }

    @Test
    void what_only_claims_to_be_compressed_is_no_answer() {
        try (var api = Connecting.open(secret(address(), Map.of()), List.of())) {
            assertThatThrownBy(() -> api.get("/long/broken"))
                    .isInstanceOf(ApiFailure.class)
                    .hasMessage("The API server's answer for /long/broken is no JSON object");
        }
    }

    @Test
    void of_what_comes_compressed_no_more_is_unpacked_than_is_taken() {
        try (var api = Connecting.open(secret(address(), Map.of()), List.of())) {
            assertThat(api.get("/long/" + (64 << 20))).containsEntry("compressed", true);
            assertThatThrownBy(() -> api.get("/long/" + ((64 << 20) + 1)))
                    .isInstanceOfSatisfying(
                            ApiFailure.class, it -> assertThat(it.tooLong()).isTrue())
                    .hasMessageEndingWith(" has more than 64 MiB");
        }
    }

    private static String address() {
        return "http://127.0.0.1:" + plain.getAddress().getPort();
    }

    /// As an API server answers what is long.
    private static void answerLong(HttpExchange exchange) throws IOException {
        var asked = exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of());
        boolean compressed = asked.contains("gzip");
        if (compressed) {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, 0);
        var how = exchange.getRequestURI().getPath().replaceFirst("/long/?", "");
        try (var body = exchange.getResponseBody();
                var out = compressed && !how.equals("broken") ? new GZIPOutputStream(body) : body) {
            var answer = "{\"compressed\": %s}".formatted(compressed).getBytes(UTF_8);
            out.write(answer);
            if (how.matches("[0-9]+")) {
                var blank = new byte[Integer.parseInt(how) - answer.length];
                Arrays.fill(blank, (byte) ' ');
                out.write(blank);
            }
        }
    }

    private static HttpServer answering(HttpServer server) {
        server.createContext("/long", ConnectingTest::answerLong);
        server.createContext(
                "/version",
                exchange -> {
                    var known = isKnown(exchange) ? " for a client that is known" : "";
                    var body = "{\"gitVersion\": \"v1.35.2%s\"}".formatted(known).getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static boolean isKnown(HttpExchange exchange) {
        try {
            return exchange instanceof HttpsExchange https
                    && https.getSSLSession().getPeerPrincipal() != null;
        } catch (SSLPeerUnverifiedException unknown) {
            return false;
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
