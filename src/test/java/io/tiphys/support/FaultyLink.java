package io.tiphys.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// The way to a server in this process, which a test can make bad: what is open then is bad as
/// well.
public final class FaultyLink implements AutoCloseable {

    /// What the way does.
    public enum Way {
        /// Leads to the server.
        GOOD,
        /// Takes all that is said, and never says anything.
        SILENT,
        /// Closes every connection at once.
        CLOSED,
        /// Answers 500 itself.
        FAILING,
        /// Answers itself, with an empty object.
        EMPTY,
        /// Answers itself, with a page.
        PAGE
    }

    private final ServerSocket listening;
    private final URI target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Way way = Way.GOOD;

    private FaultyLink(ServerSocket listening, URI target) {
        this.listening = listening;
        this.target = target;
        var _ = threads.submit(this::listen);
    }

    /// @param target of plain HTTP
    public static FaultyLink to(URI target) {
        try {
            return new FaultyLink(
                    new ServerSocket(0, 200, InetAddress.ofLiteral("127.0.0.1")), target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /// How many connections were made to it.
    public int connections() {
        return connections.get();
    }

    /// From now on. When it turns silent, what is open stays open and says nothing any more.
    public void be(Way next) {
        way = next;
        if (next != Way.SILENT) {
            open.forEach(FaultyLink::close);
        }
    }

    private void listen() {
        while (!listening.isClosed()) {
            try {
                var caller = listening.accept();
                connections.incrementAndGet();
                open.add(caller);
                var _ = threads.submit(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller) {
            switch (way) {
                case GOOD -> lead(caller);
                case SILENT -> caller.getInputStream().transferTo(OutputStream.nullOutputStream());
                case CLOSED -> {}
                case FAILING ->
                        answer(caller, "500 Internal Server Error", "{\"message\":\"down\"}");
                case EMPTY -> answer(caller, "200 OK", "{}");
                case PAGE -> answer(caller, "200 OK", "<html>Sign in</html>");
            }
        } catch (IOException gone) {
            // Whoever called is told by the end of the connection.
            return;
        } finally {
            open.remove(caller);
        }
    }

    private void lead(Socket caller) throws IOException {
        try (var server = new Socket(target.getHost(), target.getPort())) {
            open.add(server);
            var _ = threads.submit(() -> pass(server, caller));
            pass(caller, server);
            open.remove(server);
        }
    }

    private Void pass(Socket from, Socket to) throws IOException {
        var buffer = new byte[8192];
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                if (way != Way.SILENT) {
                    to.getOutputStream().write(buffer, 0, read);
                }
            }
        } finally {
            if (way != Way.SILENT) {
                close(to);
            }
        }
        return null;
    }

    private static void answer(Socket caller, String status, String body) throws IOException {
        readHead(caller.getInputStream());
        caller.getOutputStream()
                .write(
                        "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                                .formatted(status, body.length(), body)
                                .getBytes(ISO_8859_1));
    }

    private static void readHead(InputStream in) throws IOException {
        int end = 0;
        while (end < 4) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("gone");
            }
            end = next == "\r\n\r\n".charAt(end) ? end + 1 : next == '\r' ? 1 : 0;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(FaultyLink::close);
        threads.shutdownNow();
    }
}
