package io.tiphys.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// The interface that the embedded servers listen on, and the ports that are free on it.
final class Loopback {

    static final String HOST = "127.0.0.1";
    static final InetAddress ADDRESS = InetAddress.ofLiteral(HOST);

    private Loopback() {}

    static int freePort() {
        try (var socket = bind(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on " + HOST, e);
        }
    }

    static boolean isFree(int port) {
        try (var socket = bind(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        var socket = new ServerSocket();
        // A port whose last connections linger in TIME_WAIT is free to the servers that ask here.
        socket.setReuseAddress(true);
        try {
            socket.bind(new InetSocketAddress(ADDRESS, port));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }
}
