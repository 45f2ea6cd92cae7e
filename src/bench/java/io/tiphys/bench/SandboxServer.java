package io.tiphys.bench;

import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/// A sandbox cluster as a process of its own. Prints how many milliseconds its start took, how many
/// that of a second one takes, then where the first is.
final class SandboxServer {

    private SandboxServer() {}

    public static void main(String[] arguments) {
        var vertx = Vertx.vertx();
        long began = System.nanoTime();
        var sandbox = Sandbox.start(vertx, SandboxSettings.inMemory());
        System.out.println(millisSince(began));
        began = System.nanoTime();
        try (var second = Sandbox.start(vertx, SandboxSettings.inMemory())) {
            System.out.println(millisSince(began));
        }
        System.out.println(sandbox.uri());
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
