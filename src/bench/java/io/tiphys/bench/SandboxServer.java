package io.tiphys.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A sandbox cluster as a process of its own. Prints how many milliseconds its start took, how many
/// that of a second one takes, then where the first is. With the argument `in-use`, the JVM has
/// used the libraries before, as the service and every test that has a client have; with `still`,
/// nothing happens to objects by itself; with `apply-millis=5`, it is slow to apply ConfigMaps, as
/// one far away, and uses no CPU time for that.
final class SandboxServer {

    static final String IN_USE = "in-use";

    /// No controllers: objects stay as they were made.
    static final String STILL = "still";

    /// Before the milliseconds that the answer to each apply of a ConfigMap waits.
    private static final String SLOW = "apply-millis=";

    private static final int HISTORY = 10_000;

    private SandboxServer() {}

    public static void main(String[] arguments) throws IOException {
        var vertx = Vertx.vertx();
        if (List.of(arguments).contains(IN_USE)) {
            useLibraries(vertx);
        }
        long began = System.nanoTime();
        boolean life = !List.of(arguments).contains(STILL);
        var sandbox = Sandbox.start(vertx, new SandboxSettings(0, null, HISTORY, life));
        slowDown(sandbox, arguments);
        System.out.println(millisSince(began));
        began = System.nanoTime();
        try (var second = Sandbox.start(vertx, SandboxSettings.inMemory())) {
            System.out.println(millisSince(began));
        }
        System.out.println(sandbox.uri());
    }

    private static void slowDown(Sandbox sandbox, String... arguments) {
        Stream.of(arguments)
                .filter(it -> it.startsWith(SLOW))
                .map(it -> Duration.ofMillis(Long.parseLong(it.substring(SLOW.length()))))
                .filter(Duration::isPositive)
                .forEach(
                        it -> sandbox.faults().delay(Integer.MAX_VALUE, "apply", "configmaps", it));
    }

    static String slow(int millis) {
        return SLOW + millis;
    }

    private static void useLibraries(Vertx vertx) throws IOException {
        var server = vertx.createHttpServer().requestHandler(it -> it.response().end());
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        var mapper = new ObjectMapper();
        mapper.writeValueAsBytes(mapper.readTree("{}"));
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /// Written into a folder, for a service that is to use it.
    static Path kubeconfig(Path folder, String server) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                clusters:
                - name: sandbox
                  cluster:
                    server: %s
                contexts: [{name: sandbox, context: {cluster: sandbox, user: sandbox}}]
                users: [{name: sandbox, user: {}}]
                current-context: sandbox
                """
                        .formatted(server));
    }
}
