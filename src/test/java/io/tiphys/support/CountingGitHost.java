package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// A Git host under another address than its own, which counts what it is asked and, if told so,
/// refuses. No webhook of the host itself names this address.
public final class CountingGitHost implements AutoCloseable {

    private static final List<String> HEADERS =
            List.of("Accept", "Content-Type", "Content-Encoding", "Git-Protocol", "Authorization");
    private static final String PREFIX = "ref-prefix ";
    private static final int LENGTH_DIGITS = 4;

    private final URI target;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final AtomicInteger packs = new AtomicInteger();
    private final TreeSet<String> prefixes = new TreeSet<>();
    private volatile int refusal;

    private CountingGitHost(URI target) throws IOException {
        this.target = target;
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /// @param repository the clone URL at the host itself
    public static CountingGitHost of(URI repository) {
        try {
            return new CountingGitHost(repository);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The clone URL here.
    public String url() {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), target.getPath());
    }

    /// How often somebody came to ask or to fetch.
    public int exchanges() {
        return exchanges.get();
    }

    /// How often objects were fetched.
    public int packs() {
        return packs.get();
    }

    /// The names of refs that were asked for since this was called last.
    public synchronized List<String> prefixes() {
        var asked = List.copyOf(prefixes);
        prefixes.clear();
        return asked;
    }

    /// Answers with an HTTP status; 0 answers as the host does.
    public void refuse(int status) {
        refusal = status;
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            note(exchange, body);
            if (refusal != 0) {
                exchange.sendResponseHeaders(refusal, -1);
                return;
            }
            var request =
                    HttpRequest.newBuilder(target.resolve(exchange.getRequestURI().toString()))
                            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
            for (var name : HEADERS) {
                var value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }
            var answer = client.send(request.build(), BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void note(HttpExchange exchange, byte[] body) throws IOException {
        if (exchange.getRequestURI().getPath().endsWith("/info/refs")) {
            exchanges.incrementAndGet();
        }
        var zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        var text =
                zipped
                        ? new String(
                                new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(),
                                UTF_8)
                        : new String(body, UTF_8);
        if (text.contains("command=fetch")) {
            packs.incrementAndGet();
        }
        lines(text).filter(it -> it.startsWith(PREFIX)).forEach(this::addPrefix);
    }

    private void addPrefix(String line) {
        prefixes.add(line.substring(PREFIX.length()).strip());
    }

    /// Git's: each begins with its length in four hexadecimal digits, those four among it.
    private static Stream<String> lines(String text) {
        var lines = Stream.<String>builder();
        int at = 0;
        while (at + LENGTH_DIGITS <= text.length()) {
            int length = Integer.parseInt(text, at, at + LENGTH_DIGITS, 16);
            int end = at + Math.max(length, LENGTH_DIGITS);
            lines.add(text.substring(at + LENGTH_DIGITS, end));
            at = end;
        }
        return lines.build();
    }
}
