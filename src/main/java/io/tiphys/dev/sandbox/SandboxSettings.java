package io.tiphys.dev.sandbox;

import io.tiphys.dev.sandbox.access.User;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a sandbox is to be started.
///
/// @param port 0 for any free one
/// @param journal the file in which objects survive a restart; null keeps them in memory only
/// @param historyLimit how many changes a watch can catch up on before it is told 410 Gone
/// @param life whether the controllers are played: workloads get pods, pods become ready
/// @param tokens who may ask, by their tokens; where there are none, everybody may do everything
public record SandboxSettings(
        int port,
        @Nullable Path journal,
        int historyLimit,
        boolean life,
        Map<String, User> tokens) {

    private static final int HISTORY = 10_000;

    public SandboxSettings(int port, @Nullable Path journal, int historyLimit, boolean life) {
        this(port, journal, historyLimit, life, Map.of());
    }

    /// The same for these users only, and for an administrator whose token is in the kubeconfig.
    public SandboxSettings withTokens(Map<String, User> users) {
        return new SandboxSettings(port, journal, historyLimit, life, Map.copyOf(users));
    }

    /// Any free port, everything in memory, with life.
    public static SandboxSettings inMemory() {
        return new SandboxSettings(0, null, HISTORY, true);
    }

    public static SandboxSettings at(int port, Path journal) {
        return new SandboxSettings(port, journal, HISTORY, true);
    }
}
