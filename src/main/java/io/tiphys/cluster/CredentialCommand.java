package io.tiphys.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// One run of a command that gives credentials, within limits, with what this process has of its
/// cloud's identity and nothing else of its environment. It needs the network, so it is not walled
/// in as the tools are that render.
///
/// @param variables beside those
public record CredentialCommand(List<String> command, Map<String, String> variables) {

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int MAX_OUTPUT = 256 * 1024;
    private static final int MAX_SAID = 500;

    /// What the clouds' own tools look at.
    private static final Pattern PASSED_ON =
            Pattern.compile(
                    "PATH|HOME|LANG|TMPDIR|(HTTPS?|NO|https?|no)_(PROXY|proxy)"
                        + "|(AWS|AZURE|GOOGLE|CLOUDSDK|GCE|ALIBABA_CLOUD|KUBERNETES_SERVICE)_.*");

    /// Processor seconds and address space (KiB) of each of its processes; no core files.
    private static final String LIMITED =
            "ulimit -c 0; { ulimit -t 60; ulimit -v 4194304; } 2>/dev/null; exec \"$@\"";

    private static final int NOT_FOUND = 127;

    /// How it ended.
    public sealed interface Outcome {

        record Said(String text) implements Outcome {}

        /// @param how as the end of a sentence about the command
        /// @param said what it wrote about that, which may be anything
        record Failed(String how, String said) implements Outcome {

            Failed(String how) {
                this(how, "");
            }
        }

        record Missing() implements Outcome {}
    }

    /// Returns when it has ended, or may not go on.
    public Outcome run() {
        var process = start();
        try {
            var output = reading(process.getInputStream());
            var errors = reading(process.getErrorStream());
            if (!process.waitFor(TIME)) {
                return new Outcome.Failed("took longer than %ds".formatted(TIME.toSeconds()));
            }
            var code = process.exitValue();
            if (code == NOT_FOUND) {
                return new Outcome.Missing();
            }
            if (code != 0) {
                return new Outcome.Failed("failed with code " + code, said(text(errors)));
            }
            var text = text(output);
            return text.length() > MAX_OUTPUT
                    ? new Outcome.Failed("wrote more than %d bytes".formatted(MAX_OUTPUT))
                    : new Outcome.Said(text);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("was interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() {
        var whole = new ArrayList<>(List.of("sh", "-c", LIMITED, "sh"));
        whole.addAll(command);
        var builder = new ProcessBuilder(whole);
        builder.environment().keySet().removeIf(name -> !PASSED_ON.matcher(name).matches());
        builder.environment().putAll(variables);
        try {
            return builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile())).start();
        } catch (IOException impossible) {
            throw new UncheckedIOException("No process can be started", impossible);
        }
    }

    private static CompletableFuture<String> reading(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        var bytes = stream.readNBytes(MAX_OUTPUT + 1);
                        return new String(bytes, StandardCharsets.UTF_8);
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                },
                Thread::startVirtualThread);
    }

    /// What holds the pipe after the command has ended is not waited for long.
    private static String text(CompletableFuture<String> reading) throws InterruptedException {
        try {
            return reading.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unreadable) {
            return "";
        }
    }

    private static String said(String errors) {
        var text = errors.strip();
        return text.isEmpty()
                ? ""
                : ": " + (text.length() > MAX_SAID ? text.substring(0, MAX_SAID) + "..." : text);
    }
}
