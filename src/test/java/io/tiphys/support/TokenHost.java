package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A host in this process that gives out tokens, and a record of what it was asked.
public final class TokenHost implements AutoCloseable {

    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Function<Asked, Answer> answers =
            _ ->
                    new Answer(
                            200,
                            "{\"access_token\":\"token-%d\",\"expires_in\":3600}"
                                    .formatted(asked().size()));

    /// @param authorization that was shown, empty for none
    /// @param form its names and values; none if the body is no form
    public record Asked(
            String method, String path, String authorization, Map<String, String> form) {}

    public record Answer(int status, String body) {}

    private TokenHost(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /// One that gives whoever asks `token-1`, then `token-2` and so on, each for an hour.
    public static TokenHost start() {
        try {
            return new TokenHost(
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void answer(Function<Asked, Answer> answers) {
        this.answers = answers;
    }

    public void answer(int status, String body) {
        answer(_ -> new Answer(status, body));
    }

    public List<Asked> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var question =
                    new Asked(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            Objects.requireNonNullElse(
                                    exchange.getRequestHeaders().getFirst("Authorization"), ""),
                            form(body));
            asked.add(question);
            var answer = answers.apply(question);
            var bytes = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> form(String body) {
        return Arrays.stream(body.split("&"))
                .map(it -> it.split("=", 2))
                .filter(it -> it.length == 2)
                .collect(
                        toMap(
                                it -> URLDecoder.decode(it[0], UTF_8),
                                it -> URLDecoder.decode(it[1], UTF_8)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
