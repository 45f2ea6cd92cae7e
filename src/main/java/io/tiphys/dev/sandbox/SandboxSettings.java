package io.tiphys.dev.sandbox;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a sandbox is to be started.
///
/// @param port 0 for any free one
/// @param journal the file in which objects survive a restart; null keeps them in memory only
/// @param historyLimit how many changes a watch can catch up on before it is told 410 Gone
/// @param life whether the controllers are played: workloads get pods, pods become ready
public record SandboxSettings(int port, @Nullable Path journal, int historyLimit, boolean life) {

    private static final int HISTORY = 10_000;

    /// Any free port, everything in memory, with life.
    public static SandboxSettings inMemory() {
        return new SandboxSettings(0, null, HISTORY, true);
    }

    public static SandboxSettings at(int port, Path journal) {
        return new SandboxSettings(port, journal, HISTORY, true);
    }
}
