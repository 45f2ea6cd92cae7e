package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A host of charts in this process: files by their paths, an `index.yaml` of the charts that were
/// put there, and a record of what it was asked.
public final class ChartHost implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, String> redirects = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> charts = new TreeMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final Map<String, String> links = new ConcurrentHashMap<>();
    private volatile String wanted = "";
    private volatile String challenge = "";
    private final Queue<String> busy = new ConcurrentLinkedQueue<>();
    private final Queue<String> last = new ConcurrentLinkedQueue<>();

    /// @param status that it was answered with
    /// @param authorization that was shown; empty for none
    public record Asked(String path, int status, String authorization) {}

    private ChartHost(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public static ChartHost start() {
        try {
            return new ChartHost(
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The address of the repository. It is not the host's root.
    public String url() {
        return "http://127.0.0.1:%d/charts".formatted(server.getAddress().getPort());
    }

    /// Adds a version of a chart, or replaces it.
    public ChartHost chart(String name, String version, byte[] archive) {
        var file = "%s-%s.tgz".formatted(name, version);
        files.put("/charts/" + file, archive);
        return chart(name, version, file, digest(archive));
    }

    /// Adds what the index says of a version, whatever there is.
    public ChartHost chart(String name, String version, String url, String digest) {
        charts.computeIfAbsent(name, _ -> new TreeMap<>())
                .put(
                        version,
                        "  - {version: \"%s\", urls: [\"%s\"], digest: \"%s\"}\n"
                                .formatted(version, url, digest));
        var index = new StringBuilder("apiVersion: v1\nentries:\n");
        charts.forEach(
                (chart, versions) -> {
                    index.append("  ").append(chart).append(":\n");
                    versions.values().forEach(index::append);
                });
        return file("/charts/index.yaml", index.toString().getBytes(UTF_8));
    }

    public ChartHost file(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    public void remove(String path) {
        files.remove(path);
    }

    public void redirect(String path, String target) {
        redirects.put(path, target);
    }

    /// Lets nobody in without that `Authorization`.
    public void want(String authorization) {
        wanted = authorization;
    }

    /// Lets nobody in below `/v2/` without that `Authorization`, as a registry does.
    ///
    /// @param challenge says how to come by it
    public void want(String authorization, String challenge) {
        this.challenge = challenge;
        want(authorization);
    }

    /// Sends a head `Link` with a file.
    public void link(String path, String link) {
        links.put(path, link);
    }

    /// Answers the next question that it is asked too often.
    ///
    /// @param retryAfter the head of that name, empty for none
    public void tooBusy(String retryAfter) {
        busy.add(retryAfter);
    }

    /// Answers the next question, and says that it is the last that it bears for so many seconds.
    public void last(String seconds) {
        last.add(seconds);
    }

    /// Every request since the last call.
    public List<Asked> asked() {
        var all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    /// Every body that somebody posted.
    public List<String> posted() {
        return posted;
    }

    public static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            var path = exchange.getRequestURI().getPath();
            var shown = Objects.requireNonNullElse(headers.getFirst("Authorization"), "");
            var content = files.get(path);
            var redirect = redirects.get(path);
            var etag = content == null ? "" : "\"%s\"".formatted(digest(content));
            boolean isOpen = !challenge.isEmpty() && !path.startsWith("/v2/");
            int status =
                    !wanted.isEmpty() && !isOpen && !shown.equals(wanted)
                            ? 401
                            : redirect != null
                                    ? 302
                                    : content == null
                                            ? 404
                                            : etag.equals(headers.getFirst("If-None-Match"))
                                                    ? 304
                                                    : 200;
            var retryAfter = busy.poll();
            if (retryAfter != null) {
                status = 429;
                if (!retryAfter.isEmpty()) {
                    exchange.getResponseHeaders().set("Retry-After", retryAfter);
                }
            }
            var reset = last.poll();
            if (reset != null) {
                exchange.getResponseHeaders().set("RateLimit-Remaining", "0;w=60");
                exchange.getResponseHeaders().set("RateLimit-Reset", reset);
            }
            asked.add(new Asked(path, status, shown));
            if (exchange.getRequestMethod().equals("POST")) {
                posted.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            }
            exchange.getResponseHeaders().set("ETag", etag);
            if (status == 401 && !challenge.isEmpty()) {
                exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            }
            if (links.containsKey(path)) {
                exchange.getResponseHeaders().set("Link", links.get(path));
            }
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", redirect);
            }
            exchange.sendResponseHeaders(status, status == 200 ? content.length : -1);
            if (status == 200) {
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
