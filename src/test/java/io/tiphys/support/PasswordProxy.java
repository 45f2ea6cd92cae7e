package io.tiphys.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A proxy in this process that leads only those anywhere who know its password, and always to one
/// server, whatever it is asked for.
public final class PasswordProxy implements AutoCloseable {

    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("ada:can@ry".getBytes(UTF_8));

    private final ServerSocket server;
    private final URI target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> led = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    private PasswordProxy(ServerSocket server, URI target) {
        this.server = server;
        this.target = target;
        var _ = threads.submit(this::listen);
    }

    /// @param target where it leads to
    public static PasswordProxy to(String target) {
        try {
            return new PasswordProxy(
                    new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")),
                    URI.create(target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Its address with a password that it takes.
    public String url() {
        return url("ada:can%40ry");
    }

    public String url(String userInfo) {
        return "http://%s@127.0.0.1:%d".formatted(userInfo, server.getLocalPort());
    }

    /// First lines of requests that it led on.
    public List<String> led() {
        return led;
    }

    /// First lines of requests that came without the password.
    public List<String> refused() {
        return refused;
    }

    private Void listen() throws IOException {
        while (!server.isClosed()) {
            var client = server.accept();
            var _ = threads.submit(() -> serve(client));
        }
        return null;
    }

    private Void serve(Socket client) throws IOException {
        try (client;
                var onward = new Socket(target.getHost(), target.getPort())) {
            var head = head(client.getInputStream());
            while (!head.contains("Proxy-authorization: " + BASIC)
                    && !head.contains("Proxy-Authorization: " + BASIC)) {
                refused.add(head.lines().findFirst().orElse(""));
                client.getOutputStream()
                        .write(
                                """
                                HTTP/1.1 407 Proxy Authentication Required\r
                                Proxy-Authenticate: Basic realm="proxy"\r
                                Content-Length: 0\r
                                \r
                                """
                                        .getBytes(ISO_8859_1));
                head = head(client.getInputStream());
            }
            led.add(head.lines().findFirst().orElse(""));
            boolean tunnel = head.startsWith("CONNECT ");
            if (tunnel) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
            } else {
                var direct = closing(head.replaceFirst("http://[^/]*", ""));
                onward.getOutputStream().write(direct.getBytes(ISO_8859_1));
            }
            var _ =
                    threads.submit(
                            () -> client.getInputStream().transferTo(onward.getOutputStream()));
            if (!tunnel) {
                var answer = closing(head(onward.getInputStream()));
                client.getOutputStream().write(answer.getBytes(ISO_8859_1));
            }
            onward.getInputStream().transferTo(client.getOutputStream());
        }
        return null;
    }

    /// One question a connection: what would follow is not looked at.
    private static String closing(String head) {
        return head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
    }

    /// Up to the empty line at its end.
    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("gone");
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
