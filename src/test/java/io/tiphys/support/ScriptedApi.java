package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A host's API in this process, which answers as a test says and keeps what it was asked.
public final class ScriptedApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    /// Connections that wait to be taken; who comes beyond that tries again a second later.
    private static final int BACKLOG = 1_000;

    private final HttpServer server;
    private final Function<Asked, Answer> answers;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /// @param what its method and path, with what is asked for
    /// @param headers by their names in lower case
    /// @param body nothing if there is none
    public record Asked(String what, Map<String, String> headers, JsonNode body) {}

    public record Answer(int status, Map<String, String> headers, byte[] body) {

        public static Answer json(int status, Object body) {
            try {
                return new Answer(status, Map.of(), JSON.writeValueAsBytes(body));
            } catch (IOException none) {
                throw new UncheckedIOException(none);
            }
        }
    }

    private ScriptedApi(HttpServer server, Function<Asked, Answer> answers) {
        this.server = server;
        this.answers = answers;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public static ScriptedApi start(Function<Asked, Answer> answers) {
        try {
            return new ScriptedApi(HttpServer.create(ANY_PORT, BACKLOG), answers);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The same over TLS.
    public static ScriptedApi start(SelfSigned identity, Function<Asked, Answer> answers) {
        try {
            var server = HttpsServer.create(ANY_PORT, BACKLOG);
            server.setHttpsConfigurator(new HttpsConfigurator(identity.context(Optional.empty())));
            return new ScriptedApi(server, answers);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public URI url() {
        return URI.create(
                "%s://127.0.0.1:%d"
                        .formatted(
                                server instanceof HttpsServer ? "https" : "http",
                                server.getAddress().getPort()));
    }

    public List<Asked> asked() {
        return asked;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var headers = new HashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach(
                            (name, values) ->
                                    headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            var question =
                    new Asked(
                            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                            headers,
                            JSON.readTree(new String(body, UTF_8)));
            asked.add(question);
            var answer = answers.apply(question);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            int length = answer.body().length;
            exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
