package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// A Git host under another address than its own, which counts what it is asked and, if told so,
/// refuses. Other repositories than the one have moved there. No webhook of the host itself
/// names this address.
public final class CountingGitHost implements AutoCloseable {

    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final String PREFIX = "ref-prefix ";
    private static final int LENGTH_DIGITS = 4;

    private final URI target;
    private final HttpServer server;
    private final GitForward forward = new GitForward();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final AtomicInteger packs = new AtomicInteger();
    private final TreeSet<String> prefixes = new TreeSet<>();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private volatile int refusal;
    private volatile int pushRefusal;
    private volatile String wanted = "";
    private volatile String elsewhere = "";
    private volatile Runnable beforePush = () -> {};

    private CountingGitHost(URI target, HttpServer server) {
        this.target = target;
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /// @param repository the clone URL at the host itself
    public static CountingGitHost of(URI repository) {
        try {
            return new CountingGitHost(repository, HttpServer.create(ANY_PORT, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same over TLS.
    ///
    /// @param client the certificate that a client must show, empty if it need not
    public static CountingGitHost of(
            URI repository, SelfSigned identity, Optional<SelfSigned> client) {
        try {
            var server = HttpsServer.create(ANY_PORT, 0);
            server.setHttpsConfigurator(
                    new HttpsConfigurator(identity.context(client)) {
                        @Override
                        public void configure(HttpsParameters connection) {
                            var parameters = getSSLContext().getDefaultSSLParameters();
                            parameters.setNeedClientAuth(client.isPresent());
                            connection.setSSLParameters(parameters);
                        }
                    });
            return new CountingGitHost(repository, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The clone URL here.
    public String url() {
        return "%s://127.0.0.1:%d%s"
                .formatted(
                        server instanceof HttpsServer ? "https" : "http",
                        server.getAddress().getPort(),
                        target.getPath());
    }

    /// Lets nobody in without that `Authorization`.
    public void want(String authorization) {
        wanted = authorization;
    }

    /// The `Authorization` of every request, empty where there was none.
    public List<String> shown() {
        return shown;
    }

    /// Sends everybody away to another clone URL; empty: no more.
    public void redirect(String url) {
        elsewhere = url;
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

    /// The same to whoever wants to push.
    public void refusePushes(int status) {
        pushRefusal = status;
    }

    /// Has something happen each time that objects are pushed, after the pusher was told where
    /// refs stand.
    public void beforePush(Runnable deed) {
        beforePush = deed;
    }

    @Override
    public void close() {
        server.stop(0);
        forward.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            note(exchange, body);
            var authorization =
                    Objects.requireNonNullElse(
                            exchange.getRequestHeaders().getFirst("Authorization"), "");
            shown.add(authorization);
            var asked = exchange.getRequestURI().toString();
            if (!elsewhere.isEmpty() || !asked.startsWith(target.getPath())) {
                exchange.getResponseHeaders()
                        .set(
                                "Location",
                                (elsewhere.isEmpty() ? url() : elsewhere)
                                        + asked.substring(asked.indexOf("/info/refs")));
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            if (!wanted.isEmpty() && !wanted.equals(authorization)) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            if (refusal != 0) {
                exchange.sendResponseHeaders(refusal, -1);
                return;
            }
            if (pushRefusal != 0 && asked.contains("git-receive-pack")) {
                exchange.sendResponseHeaders(pushRefusal, -1);
                return;
            }
            if (asked.endsWith("/git-receive-pack")) {
                beforePush.run();
            }
            forward.pass(
                    exchange,
                    body,
                    target.resolve(exchange.getRequestURI().toString()),
                    "Authorization");
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
        if (!text.contains("command=")) {
            // What is pushed is binary.
            return;
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
