package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.Origin;
import io.tiphys.channel.Tracing;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookRoutesTest {

    private static final int NOT_OURS = 204;
    private static final String TOO_LARGE =
            "{\"error\":\"too-large\",\"message\":\"The body is larger than the 200000 bytes that"
                    + " are taken here\"}";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private CompletionStage<Void> broker = CompletableFuture.completedFuture(null);
    private int port;

    @BeforeEach
    void listen() throws Exception {
        listen(new TestConfig());
    }

    private void listen(TestConfig config) throws Exception {
        var router = Router.router(vertx);
        router.route().handler(it -> it.response().setStatusCode(NOT_OURS).end());
        var routes = new WebhookRoutes(reception(), config, new Tracing(Map.of()));
        routes.register(router);
        routes.start(new StartupEvent(), vertx);
        port =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(20, SECONDS)
                        .actualPort();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }

    @Test
    void a_delivery_comes_whole_in_however_many_pieces() throws Exception {
        for (int length : List.of(0, 1, 9_000, TestConfig.MAX_GIT_BODY)) {
            for (var body : List.of(announced(length), chunked(length))) {
                var answer = post("/api/webhook", body);

                assertThat(answer.statusCode()).isEqualTo(202);
                assertThat(answer.headers().firstValue("content-type"))
                        .hasValue("application/json");
                assertThat(answer.body())
                        .isEqualTo("{\"delivery\":\"" + length + " bytes\",\"events\":1}");
            }
        }
    }

    @Test
    void the_last_part_of_the_path_names_the_registry() throws Exception {
        assertThat(post("/api/registry-webhook/store", announced(5)).body()).contains("5 bytes");
        assertThat(post("/api/registry-webhook/nobody", announced(5)).statusCode()).isEqualTo(404);
        assertThat(post("/api/v1/applications", announced(5)).statusCode()).isEqualTo(NOT_OURS);
    }

    @Test
    void on_the_path_of_image_updater_a_parameter_or_a_header_names_the_registry()
            throws Exception {
        var header =
                request("/webhook").header("X-Registry-Type", "store").POST(announced(5)).build();

        assertThat(client.send(header, BodyHandlers.ofString()).body()).contains("5 bytes");
        assertThat(post("/webhook?type=store", announced(5)).body()).contains("5 bytes");
        assertThat(post("/webhook", announced(5)).statusCode()).isEqualTo(404);
    }

    @Test
    void only_who_may_come_again_hears_when() throws Exception {
        assertThat(post("/api/webhook", announced(1)).headers().map())
                .doesNotContainKey("retry-after");
        broker = CompletableFuture.failedFuture(new IllegalStateException("down"));

        var answer = post("/api/webhook", announced(1));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("5");
    }

    /// Far more than fits into the buffers of a connection, so the answer must not cost the sender
    /// the connection that it still writes to.
    @Test
    void a_sender_of_too_much_hears_the_reason_whether_it_announced_it_or_not() throws Exception {
        for (var body :
                List.of(
                        announced(60_000_000),
                        chunked(60_000_000),
                        chunked(TestConfig.MAX_GIT_BODY + 1))) {
            var answer = post("/api/webhook", body);

            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo(TOO_LARGE);
        }
    }

    @Test
    void each_path_has_its_own_limit() throws Exception {
        int more = TestConfig.MAX_REGISTRY_BODY + 1;

        assertThat(post("/api/registry-webhook/store", announced(more)).statusCode())
                .isEqualTo(413);
        assertThat(post("/api/registry-webhook/store", announced(more - 1)).statusCode())
                .isEqualTo(202);
        assertThat(post("/api/webhook", announced(more)).statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD"})
    void nothing_but_a_post_is_a_delivery(String method) throws Exception {
        var request = request("/api/webhook").method(method, BodyPublishers.noBody()).build();

        var answer = client.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("POST");
    }

    @Test
    void a_sender_of_cloud_events_that_asks_first_is_welcome_to_registries_paths()
            throws Exception {
        for (var path :
                List.of("/api/registry-webhook/store?secret=s3cret", "/webhook?type=store")) {
            var answer = ask(path, "eventgrid.azure.net");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("webhook-allowed-origin"))
                    .hasValue("eventgrid.azure.net");
            assertThat(answer.headers().firstValue("webhook-allowed-rate")).hasValue("*");
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "https://eventgrid.azure.net", "a b", "<script>"})
    void an_origin_that_is_none_is_not_echoed(String origin) throws Exception {
        var answer = ask("/api/registry-webhook/store", origin);

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().map()).doesNotContainKey("webhook-allowed-origin");
    }

    @Test
    void git_hosts_do_not_ask_first() throws Exception {
        assertThat(ask("/api/webhook", "eventgrid.azure.net").statusCode()).isEqualTo(405);
    }

    @Test
    void a_sender_that_hangs_up_in_the_middle_disturbs_nobody() throws Exception {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(
                            "POST /api/webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"
                                    .getBytes(UTF_8));
        }

        assertThat(post("/api/webhook", announced(1)).statusCode()).isEqualTo(202);
    }

    @Test
    void a_sender_that_announces_too_much_hears_so_before_it_sends_any() throws Exception {
        var answer = answerTo("Content-Length: " + (TestConfig.MAX_GIT_BODY + 1) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413").contains("too-large");
    }

    @Test
    void a_sender_that_does_not_go_on_is_told_so_and_hung_up_on() throws Exception {
        for (var length : List.of("Content-Length: 9", "Transfer-Encoding: chunked")) {
            var answer = answerTo(length + "\r\n\r\n1\r\n");

            assertThat(answer).startsWith("HTTP/1.1 408").contains("too-slow");
        }
    }

    @Test
    void the_connection_of_a_sender_that_was_answered_is_left_open() throws Exception {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            assertThat(answerOn(socket)).startsWith("HTTP/1.1 202");

            // Who came later is hung up on by now.
            assertThat(answerTo("Content-Length: 9\r\n\r\n1\r\n")).startsWith("HTTP/1.1 408");

            assertThat(answerOn(socket)).startsWith("HTTP/1.1 202");
        }
    }

    /// To a delivery of one byte, up to the end of its body.
    private static String answerOn(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        ("POST /api/webhook HTTP/1.1\r\nHost: a\r\nX-Host-Event: push\r\n"
                                        + "Content-Length: 1\r\n\r\n1")
                                .getBytes(UTF_8));
        var answer = new StringBuilder();
        int next = 0;
        while (next >= 0 && next != '}') {
            next = socket.getInputStream().read();
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void a_sender_of_too_many_is_told_to_come_again_later() throws Exception {
        listen(new TestConfig(true, 1));
        for (int i = 0; i < 10; i++) {
            assertThat(post("/api/webhook", announced(1)).statusCode()).isEqualTo(202);
        }

        var answer = post("/api/webhook", announced(1));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("5");
        assertThat(answer.body()).contains("too-many");
    }

    /// All that comes back until the connection is closed, to a request that is not sent to its
    /// end.
    private String answerTo(String restOfHead) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            var head = "POST /api/webhook HTTP/1.1\r\nHost: a\r\nX-Host-Event: push\r\n";
            socket.getOutputStream().write((head + restOfHead).getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private HttpResponse<String> post(String path, BodyPublisher body)
            throws IOException, InterruptedException {
        return client.send(request(path).POST(body).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String path, String origin)
            throws IOException, InterruptedException {
        var request =
                request(path)
                        .header("WebHook-Request-Origin", origin)
                        .method("OPTIONS", BodyPublishers.noBody());
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("X-Host-Event", "push");
    }

    private static BodyPublisher announced(int length) {
        return BodyPublishers.ofByteArray(new byte[length]);
    }

    private static BodyPublisher chunked(int length) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[length]));
    }

    /// The answer tells how much came.
    private static Contents size(byte[] body) {
        return Contents.of(
                body.length + " bytes",
                new GitEvent.Pushed(
                        "id", "h/r", "refs/heads/main", "a", "b", List.of(), true, "", "host"));
    }

    private Reception reception() {
        return new Reception(
                new TestConfig(true, 0),
                List.of(new TestDialects.Host(WebhookRoutesTest::size)),
                List.of(new TestDialects.Store(WebhookRoutesTest::size)),
                _ -> List.of(),
                new Reception.Publisher() {
                    @Override
                    public CompletionStage<Void> publish(GitEvent event, Origin origin) {
                        return broker;
                    }

                    @Override
                    public CompletionStage<Void> publish(ImageEvent event, Origin origin) {
                        return broker;
                    }
                },
                new DeliveryLog(new SimpleMeterRegistry(), _ -> broker),
                InstantSource.system());
    }
}
