package io.tiphys.support;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;

/// Passes requests of Git on to another host, and its answers back.
final class GitForward implements AutoCloseable {

    private static final List<String> HEADERS =
            List.of("Accept", "Content-Type", "Content-Encoding", "Git-Protocol");

    private final HttpClient client = HttpClient.newHttpClient();

    /// @param more headers that go along, beside those that Git needs
    void pass(HttpExchange exchange, byte[] body, URI target, String... more)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(target)
                        .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        Stream.concat(HEADERS.stream(), Stream.of(more))
                .filter(exchange.getRequestHeaders()::containsKey)
                .forEach(it -> request.header(it, exchange.getRequestHeaders().getFirst(it)));
        var answer = client.send(request.build(), BodyHandlers.ofByteArray());
        answer.headers()
                .firstValue("Content-Type")
                .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        client.close();
    }
}
