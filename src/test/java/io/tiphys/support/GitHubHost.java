package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// What GitHub does for an installed App, in this process: it gives out tokens, serves a repository
/// that lies at another host, and answers questions to its GraphQL API as it is told to.
public final class GitHubHost implements AutoCloseable {

    public static final String TOKEN = "canary-of-the-installation";

    private static final String REPOSITORY = "/team/shop.git";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI target;
    private final HttpServer server;
    private final GitForward forward = new GitForward();
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private volatile Function<JsonNode, Answer> answers = _ -> new Answer(500, "");

    /// @param headers names and values
    public record Answer(int status, String body, Map<String, String> headers) {

        public Answer(int status, String body) {
            this(status, body, Map.of());
        }
    }

    private GitHubHost(URI target, HttpServer server) {
        this.target = target;
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /// @param repository where it can be cloned from
    public static GitHubHost of(URI repository) {
        try {
            var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
            return new GitHubHost(repository, HttpServer.create(address, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As a Secret has it in `githubAppEnterpriseBaseUrl`.
    public String api() {
        return base() + "/api/v3";
    }

    /// The clone URL here.
    public String url() {
        return base() + REPOSITORY;
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void answer(Function<JsonNode, Answer> answers) {
        this.answers = answers;
    }

    /// All that was asked of the GraphQL API by whoever had the token.
    public List<JsonNode> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        forward.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().toString();
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            if (path.startsWith(REPOSITORY)) {
                forward.pass(
                        exchange, body, URI.create(target + path.substring(REPOSITORY.length())));
            } else if (path.equals("/api/v3/app/installations/11/access_tokens")) {
                send(
                        exchange,
                        new Answer(
                                201,
                                "{\"token\": \"%s\", \"expires_at\": \"%s\"}"
                                        .formatted(
                                                TOKEN, Instant.now().plus(Duration.ofHours(1)))));
            } else if (path.equals("/api/graphql")
                    && ("Bearer " + TOKEN)
                            .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                var question = JSON.readTree(body);
                asked.add(question);
                send(exchange, answers.apply(question));
            } else {
                send(exchange, new Answer(404, ""));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        var bytes = answer.body().getBytes(UTF_8);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
