package io.tiphys.webhook;

import static io.tiphys.support.TraceCollector.attribute;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.tiphys.channel.Tracing;
import io.tiphys.support.TraceCollector;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSpanTest {

    private static final String ROUTE = "/api/registry-webhook/:provider";

    private final Vertx vertx = Vertx.vertx();
    private final TraceCollector collector = new TraceCollector();
    private final Tracing tracing = new Tracing(collector.settings());

    /// What is being asked, with the span that was begun for it.
    private record Asked(RoutingContext request, Context context) {}

    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
        tracing.close();
        collector.close();
    }

    @ParameterizedTest
    @CsvSource({"202, ''", "401, ''", "429, ''", "500, 500", "503, 503"})
    void an_answer_is_an_error_where_the_fault_is_ours(int status, String error) throws Exception {
        try (var _ = post(tracing, "/api/registry-webhook/quay?secret=x")) {
            var one = asked.take();
            one.request.response().setStatusCode(status).end();

            var span = collector.await("POST " + ROUTE);
            assertThat(span.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(attribute(span, "http.request.method")).isEqualTo("POST");
            assertThat(attribute(span, "http.route")).isEqualTo(ROUTE);
            assertThat(attribute(span, "http.response.status_code")).isEqualTo("" + status);
            assertThat(attribute(span, "url.path")).isEqualTo("/api/registry-webhook/quay");
            assertThat(attribute(span, "url.scheme")).isEqualTo("http");
            assertThat(attribute(span, "client.address")).isEqualTo("127.0.0.1");
            assertThat(attribute(span, "error.type")).isEqualTo(error);
            assertThat(isError(span)).isEqualTo(!error.isEmpty());
        }
    }

    @Test
    void a_sender_that_hangs_up_ends_it() throws Exception {
        post(tracing, "/api/registry-webhook/quay").close();

        var span = collector.await("POST " + ROUTE);

        assertThat(isError(span)).isTrue();
        assertThat(attribute(span, "error.type")).isEqualTo("hung up");
        assertThat(attribute(span, "http.response.status_code")).isEmpty();
    }

    @Test
    void where_tracing_is_off_there_is_none() throws Exception {
        try (var _ = post(new Tracing(Map.of()), "/api/registry-webhook/quay")) {
            assertThat(asked.take().context).isSameAs(Context.root());
        }
    }

    private static boolean isError(Span span) {
        return span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR;
    }

    /// Asks, and does not wait for the answer.
    private Socket post(Tracing tracing, String path) throws Exception {
        var router = Router.router(vertx);
        router.route(ROUTE).handler(it -> asked.add(new Asked(it, RequestSpan.begin(tracing, it))));
        int port =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(20, SECONDS)
                        .actualPort();
        return send(port, "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    }

    private static Socket send(int port, String request) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        socket.getOutputStream().write(request.getBytes(UTF_8));
        return socket;
    }
}
