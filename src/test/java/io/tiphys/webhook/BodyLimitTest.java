package io.tiphys.webhook;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodyLimitTest {

    private static final int PASSED_ON = 204;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @BeforeEach
    void listen() throws Exception {
        var limit = new BodyLimit(new TestConfig(), new DeliveryMeters(new SimpleMeterRegistry()));
        var router = Router.router(vertx);
        router.route().handler(limit::check);
        router.route().handler(it -> it.response().setStatusCode(PASSED_ON).end());
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

    /// Far more than fits into the buffers of a connection, so the answer must not cost the sender
    /// the connection that it still writes to.
    @Test
    void a_sender_of_too_much_hears_the_reason() throws Exception {
        var answer = post("/api/webhook", 60_000_000);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":\"too-large\",\"message\":\"The body is larger than the 200000"
                                + " bytes that are taken here\"}");
    }

    @Test
    void each_path_has_its_own_limit() throws Exception {
        int more = TestConfig.MAX_REGISTRY_BODY + 1;

        assertThat(post("/api/registry-webhook/distribution", more).statusCode()).isEqualTo(413);
        assertThat(post("/api/registry-webhook/distribution", more - 1).statusCode())
                .isEqualTo(PASSED_ON);
        assertThat(post("/api/webhook", more).statusCode()).isEqualTo(PASSED_ON);
        assertThat(post("/api/v1/applications", TestConfig.MAX_GIT_BODY + 1).statusCode())
                .isEqualTo(PASSED_ON);
    }

    private HttpResponse<String> post(String path, int length)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(BodyPublishers.ofByteArray(new byte[length]))
                        .build(),
                BodyHandlers.ofString());
    }
}
