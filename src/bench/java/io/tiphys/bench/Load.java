package io.tiphys.bench;

import io.tiphys.bench.Deliveries.Payload;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// Posts deliveries over kept-open HTTP/1.1 connections. Plain sockets: it shares the machine with
/// what it measures, so it must cost little, and the same for everybody.
final class Load {

    private static final int CONNECTIONS = 32;

    private final URI target;
    private final IntFunction<Delivery> deliveries;

    /// Each once, in turn, under an id of its own.
    Load(URI target, List<Payload> payloads) {
        this(target, n -> new Delivery(n, payloads.get(n % payloads.size())));
    }

    /// @param deliveries what is posted, by its place in the order
    Load(URI target, IntFunction<Delivery> deliveries) {
        this.target = target;
        this.deliveries = deliveries;
    }

    /// A payload under the id that has a number. Two with the same are one that is sent again.
    record Delivery(int number, Payload payload) {}

    /// What came of a block.
    ///
    /// @param acked by the delivery's place in the order
    /// @param refused how many had which other answer
    /// @param micros one latency for each delivery, refused ones included
    record Outcome(BitSet acked, Map<Integer, Integer> refused, double seconds, double[] micros) {

        double perSecond() {
            return acked.cardinality() / seconds;
        }
    }

    /// As fast as the connections go round.
    Outcome closedLoop(int first, int count) throws IOException {
        return post(first, count, 0);
    }

    /// At a fixed rate, whatever the answers do: latency counts from when a delivery was meant to
    /// leave.
    Outcome openLoop(int first, int count, int perSecond) throws IOException {
        return post(first, count, 1_000_000_000L / perSecond);
    }

    Connection connect() throws IOException {
        return new Connection();
    }

    static String id(int number) {
        return "bench-%09d".formatted(number);
    }

    private Outcome post(int first, int count, long intervalNanos) throws IOException {
        var next = new AtomicInteger();
        var answers = new int[count];
        var micros = new double[count];
        long start = System.nanoTime();
        Workers.run(
                CONNECTIONS,
                () -> {
                    try (var connection = new Connection()) {
                        for (int n = next.getAndIncrement();
                                n < count;
                                n = next.getAndIncrement()) {
                            long meant = leave(start, n, intervalNanos);
                            answers[n] = connection.post(first + n);
                            micros[n] = (System.nanoTime() - meant) / 1e3;
                        }
                    }
                    return null;
                });
        double seconds = (System.nanoTime() - start) / 1e9;
        var acked = new BitSet();
        var refused = new TreeMap<Integer, Integer>();
        for (int n = 0; n < count; n++) {
            if (answers[n] == 202) {
                acked.set(first + n);
            } else {
                refused.merge(answers[n], 1, Integer::sum);
            }
        }
        return new Outcome(acked, refused, seconds, micros);
    }

    private static long leave(long start, int number, long intervalNanos) {
        long now = System.nanoTime();
        if (intervalNanos == 0) {
            return now;
        }
        long meant = start + number * intervalNanos;
        while (meant - now > 0) {
            LockSupport.parkNanos(meant - now);
            now = System.nanoTime();
        }
        return meant;
    }

    /// One connection of a sender that waits for each answer.
    final class Connection implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;
        private boolean retryAfter;

        Connection() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), target.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        /// @return the status of the answer
        int post(int place) throws IOException {
            var delivery = deliveries.apply(place);
            var payload = delivery.payload();
            var head =
                    """
                    POST %s HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Content-Type: application/json\r
                    User-Agent: GitHub-Hookshot/bench\r
                    X-GitHub-Event: %s\r
                    X-GitHub-Delivery: %s\r
                    X-Hub-Signature-256: %s\r
                    Content-Length: %d\r
                    \r
                    """
                            .formatted(
                                    target.getPath(),
                                    payload.event(),
                                    id(delivery.number()),
                                    payload.signature(),
                                    payload.body().length)
                            .getBytes(StandardCharsets.US_ASCII);
            var request = new byte[head.length + payload.body().length];
            System.arraycopy(head, 0, request, 0, head.length);
            System.arraycopy(payload.body(), 0, request, head.length, payload.body().length);
            socket.getOutputStream().write(request);
            return answer();
        }

        /// Whether the last answer did.
        boolean saysWhenToComeAgain() {
            return retryAfter;
        }

        private int answer() throws IOException {
            int status = Integer.parseInt(line().substring(9, 12));
            int length = 0;
            retryAfter = false;
            for (var line = line(); !line.isEmpty(); line = line()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
                retryAfter |= line.regionMatches(true, 0, "retry-after:", 0, 12);
            }
            in.skipNBytes(length);
            return status;
        }

        private String line() throws IOException {
            var text = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("The server hung up");
                }
                if (c != '\r') {
                    text.append((char) c);
                }
            }
            return text.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
