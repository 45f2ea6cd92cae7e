package io.tiphys.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// A port for a server that must be told its own.
final class FreePort {

    /// Below the ranges from which systems take ports for outgoing connections, and for servers
    /// that take any: nobody is given it before the server listens.
    private static final int FIRST = 10_000;

    private static final int LAST = 20_000;
    private static final int ATTEMPTS = 100;

    private FreePort() {}

    /// One on which nobody listens.
    static int take() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port from %d to %d".formatted(FIRST, LAST));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
