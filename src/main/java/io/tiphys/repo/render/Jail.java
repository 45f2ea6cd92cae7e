package io.tiphys.repo.render;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.quarkus.runtime.configuration.MemorySize;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/// Runs tools on files that strangers wrote: with nothing of this process's environment, within
/// limits, and so that nothing of a run is left when it ends. Where the machine allows user
/// namespaces, a tool sees no process but its own and no network.
///
/// When this process is killed, a run under way ends by its own limits.
@Singleton
public class Jail {

    private static final Logger LOG = Logger.getLogger(Jail.class);

    /// Names all processes of a run, where no namespace holds them together.
    private static final String MARK = "TIPHYS_RUN";

    /// A limit stays where it is if the machine's own is lower. Processor time ends a process
    /// with a signal of its own at first, that says why, and a second later with one that cannot be
    /// ignored. The shell stays: the first process of a namespace would not get the former.
    private static final String LIMITED =
            """
            ulimit -c 0
            { ulimit -S -t "$1" || :; ulimit -H -t "$(($1 + 1))" || :
            ulimit -f "$2" || :; ulimit -v "$3" || :; } 2>/dev/null
            shift 3
            "$@"
            exit $?
            """;

    private static final int SIGKILL = 128 + 9;
    private static final int SIGXCPU = 128 + 24;
    private static final int SIGXFSZ = 128 + 25;

    /// What is kept of what a tool says of its failure, until it is shortened.
    private static final int MAX_SAID = 1 << 20;

    /// For pipes to be read to their end after everybody who held them was killed.
    private static final Duration GRACE = Duration.ofSeconds(5);

    /// What puts a run into namespaces of its own; the first that works is taken. In a container,
    /// what is hidden of /proc may forbid to mount another.
    private static final List<List<String>> WALLS =
            List.of(
                    List.of("unshare", "-r", "-p", "-f", "--mount-proc", "--kill-child"),
                    List.of("unshare", "-r", "-p", "-f", "--kill-child"));

    private final RepoConfig.Jail limits;
    private final Semaphore turns;
    private final List<String> walls;
    private final Set<Started> running = ConcurrentHashMap.newKeySet();

    private record Started(Process process, String mark) {}

    @Inject
    Jail(RepoConfig config) {
        this(config.jail(), usableWalls());
    }

    /// @param walls command that puts what follows it into namespaces; empty for none
    Jail(RepoConfig.Jail limits, List<String> walls) {
        this.limits = limits;
        this.walls = walls;
        turns =
                new Semaphore(
                        limits.atOnce().orElse(Runtime.getRuntime().availableProcessors()), true);
    }

    /// Waits for its turn, then for the tool. An interrupt ends both.
    ///
    /// @return what it wrote to its standard output
    /// @throws ManifestFailure with what the tool said of it, if it failed, or the limit that it
    ///     passed. It may pass if the tool took too long, was killed or needed the network
    public byte[] run(Run run) {
        try {
            turns.acquire();
            try {
                return runNow(run);
            } finally {
                turns.release();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ManifestFailure(run.tool().name() + " was interrupted", true);
        }
    }

    private byte[] runNow(Run run) throws InterruptedException {
        var directory = run.folder().directory(run.within());
        var maxOutput = (int) Math.min(limits.output().asLongValue(), Integer.MAX_VALUE - 64);
        var started = start(run, directory);
        var process = started.process();
        var output =
                reading(
                        () -> {
                            var bytes = process.getInputStream().readNBytes(maxOutput + 1);
                            if (bytes.length > maxOutput) {
                                end(started);
                            }
                            return bytes;
                        });
        var said = reading(() -> said(process.getErrorStream()));
        try {
            if (!process.waitFor(limits.time())) {
                throw new ManifestFailure(
                        "%s took longer than %d seconds (tiphys.repo.jail.time)"
                                .formatted(run.tool().name(), limits.time().toSeconds()),
                        true);
            }
            // What outlived its parent would hold the pipes.
            end(started);
            var bytes = output.get(GRACE.toMillis(), MILLISECONDS);
            if (bytes.length > maxOutput) {
                throw new ManifestFailure(
                        "%s wrote more than %d bytes (tiphys.repo.jail.output)"
                                .formatted(run.tool().name(), maxOutput));
            }
            if (process.exitValue() != 0) {
                throw failure(run, directory, process.exitValue(), said);
            }
            return bytes;
        } catch (ExecutionException | TimeoutException unreadable) {
            throw new IllegalStateException(
                    "The output of " + run.tool().name() + " cannot be read", unreadable);
        } finally {
            end(started);
            // Pipes end when everybody is gone, and the folder is about to be deleted.
            CompletableFuture.allOf(output, said)
                    .handle((_, _) -> true)
                    .completeOnTimeout(false, GRACE.toMillis(), MILLISECONDS)
                    .join();
            running.remove(started);
        }
    }

    private ManifestFailure failure(
            Run run, Path directory, int code, CompletableFuture<String> said)
            throws InterruptedException, ExecutionException, TimeoutException {
        var reason =
                switch (code) {
                    case SIGXCPU ->
                            "used more than %d seconds of processor time"
                                            .formatted(limits.processorTime().toSeconds())
                                    + " (tiphys.repo.jail.processor-time)";
                    case SIGXFSZ ->
                            "wrote a file of more than %d bytes (tiphys.repo.jail.file-size)"
                                    .formatted(limits.fileSize().asLongValue());
                    case SIGKILL -> "was killed, perhaps for the memory or time that it took";
                    default -> "failed with code " + code;
                };
        var message =
                Said.shortened(
                        said.get(GRACE.toMillis(), MILLISECONDS),
                        directory,
                        run.folder().files(),
                        run.folder().path());
        return new ManifestFailure(
                run.tool().name() + " " + reason + (message.isEmpty() ? "" : ": " + message),
                code == SIGKILL);
    }

    private Started start(Run run, Path directory) {
        var command = new ArrayList<>(walls);
        if (!walls.isEmpty()) {
            command.add("-n");
        }
        command.addAll(List.of("sh", "-c", LIMITED, "sh"));
        command.add(String.valueOf(Math.max(1, limits.processorTime().toSeconds())));
        command.add(String.valueOf(in(512, limits.fileSize())));
        command.add(String.valueOf(in(1024, limits.memory())));
        command.addAll(run.tool().command());
        command.addAll(run.arguments());
        var mark = UUID.randomUUID().toString();
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(run.folder().home()));
        builder.environment().putAll(run.variables());
        builder.environment().put(MARK, mark);
        try {
            var process =
                    builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile())).start();
            var started = new Started(process, mark);
            running.add(started);
            return started;
        } catch (IOException impossible) {
            throw new UncheckedIOException("No process can be started", impossible);
        }
    }

    private static long in(int unit, MemorySize size) {
        return Math.max(1, size.asLongValue() / unit);
    }

    private static Map<String, String> environment(Path home) {
        var environment = new HashMap<String, String>();
        environment.put("PATH", Tools.path());
        environment.put("LANG", "C.UTF-8");
        environment.put("HOME", home.toString());
        environment.put("TMPDIR", home.resolve("tmp").toString());
        for (var kind : List.of("cache", "config", "data")) {
            var place = home.resolve(kind);
            environment.put("XDG_" + kind.toUpperCase(Locale.ROOT) + "_HOME", place.toString());
            environment.put(
                    "HELM_" + kind.toUpperCase(Locale.ROOT) + "_HOME",
                    place.resolve("helm").toString());
        }
        return environment;
    }

    private static String said(InputStream errors) throws IOException {
        var said = errors.readNBytes(MAX_SAID);
        errors.transferTo(OutputStream.nullOutputStream());
        return new String(said, StandardCharsets.UTF_8);
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> CompletableFuture<T> reading(Reading<T> reading) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return reading.read();
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                },
                Thread::startVirtualThread);
    }

    /// Ends whatever is left of a run.
    private void end(Started started) {
        // Not by the process itself: that would close pipes that are not yet read to their end.
        var process = started.process().toHandle();
        if (walls.isEmpty()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            endMarked(started.mark());
        }
        process.destroyForcibly();
    }

    /// A process that outlived its parent is nobody's descendant, but has inherited its
    /// environment. What starts others while it is looked for needs another look.
    private static void endMarked(String mark) {
        for (int look = 0; look < 100; look++) {
            var marked = ProcessHandle.allProcesses().filter(it -> isMarked(it, mark)).toList();
            if (marked.isEmpty()) {
                return;
            }
            marked.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static boolean isMarked(ProcessHandle process, String mark) {
        try {
            var environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(mark);
        } catch (IOException notOurs) {
            return false;
        }
    }

    static List<String> usableWalls() {
        for (var walls : WALLS) {
            if (works(walls)) {
                return walls;
            }
        }
        LOG.info(
                "This machine allows no user namespaces: tools that render are not kept from the"
                        + " network");
        return List.of();
    }

    private static boolean works(List<String> walls) {
        var command = new ArrayList<>(walls);
        command.addAll(List.of("-n", "true"));
        try {
            var probe =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start();
            try {
                return probe.waitFor(GRACE) && probe.exitValue() == 0;
            } finally {
                probe.destroyForcibly();
            }
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @PreDestroy
    void close() {
        running.forEach(this::end);
    }
}
