package io.tiphys.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A real Redis on this machine that lets nobody in without a password, and forgets all when it
/// stops.
public final class RedisServer implements AutoCloseable {

    public static final String PASSWORD = "canary-redis";

    private final Path config;
    private final Path log;
    private final String scheme;
    private final int port;
    private Process process;

    private RedisServer(Path folder, String scheme, int port, String settings) {
        this.scheme = scheme;
        this.port = port;
        config = folder.resolve("redis.conf");
        log = folder.resolve("redis.log");
        write(
                config,
                """
                bind 127.0.0.1
                dir %s
                requirepass %s
                save ""
                appendonly no
                %s
                """
                        .formatted(folder, PASSWORD, settings));
        process = launch();
    }

    /// Whether there is what it takes.
    public static boolean isInstalled() {
        return Installed.isOnPath("redis-server");
    }

    /// @param settings lines of its configuration
    public static RedisServer start(Path folder, String... settings) {
        int port = FreePort.take();
        return new RedisServer(
                folder, "redis", port, "port " + port + "\n" + String.join("\n", settings));
    }

    /// One that is spoken to over TLS alone.
    public static RedisServer overTls(Path folder, SelfSigned as) {
        int port = FreePort.take();
        var certificate = write(folder.resolve("redis.crt"), as.certificatePem());
        var key = write(folder.resolve("redis.key"), as.keyPem());
        return new RedisServer(
                folder,
                "rediss",
                port,
                """
                port 0
                tls-port %d
                tls-cert-file %s
                tls-key-file %s
                tls-auth-clients no
                """
                        .formatted(port, certificate, key));
    }

    /// As `quarkus.redis.hosts` has it.
    public String address() {
        return scheme + "://127.0.0.1:" + port;
    }

    /// The same once more, after a stop.
    public void startAgain() {
        process = launch();
    }

    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    /// Takes connections from now on, and does not answer.
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private Process launch() {
        try {
            var started =
                    new ProcessBuilder("redis-server", config.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            await().failFast("redis-server ended: " + log, () -> !started.isAlive())
                    .until(this::isListening);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isListening() {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connection.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private void signal(String name) {
        try {
            var command = List.of("kill", "-" + name, String.valueOf(process.pid()));
            if (new ProcessBuilder(command).start().onExit().join().exitValue() != 0) {
                throw new IllegalStateException("No such process: " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
