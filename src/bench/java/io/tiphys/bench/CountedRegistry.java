package io.tiphys.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// A registry that has every image with every tag, and counts what it is asked.
final class CountedRegistry implements AutoCloseable {

    private static final byte[] CONFIGURATION =
            "{\"os\": \"linux\", \"architecture\": \"amd64\"}".getBytes(UTF_8);
    private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

    private final HttpServer server;
    private final AtomicLong asked = new AtomicLong();

    CountedRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    long asked() {
        return asked.get();
    }

    /// Of the manifest that is under a tag.
    static String digest(String tag) {
        return digest(manifest(tag));
    }

    private static byte[] manifest(String tag) {
        return """
        {"schemaVersion": 2, "mediaType": "%s", "layers": [], "annotations": {"tag": "%s"},
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s",
                    "size": %d}}
        """
                .formatted(TYPE, tag, digest(CONFIGURATION), CONFIGURATION.length)
                .getBytes(UTF_8);
    }

    private static String digest(byte[] content) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(content);
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var last = path.substring(path.lastIndexOf('/') + 1);
            var body = path.contains("/manifests/") ? manifest(last) : CONFIGURATION;
            exchange.getResponseHeaders().set("Content-Type", TYPE);
            exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
            var withBody = exchange.getRequestMethod().equals("GET");
            exchange.sendResponseHeaders(200, withBody ? body.length : -1);
            if (withBody) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
