package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of tools that fail, run away or hold on, with the walls that this machine allows
/// and without any. Tools are shell scripts here.
@ParameterizedClass
@MethodSource("walls")
class JailTest {

    @Parameter List<String> walls;

    @TempDir Path directory;

    private WorkingFolder folder;

    static List<List<String>> walls() {
        return List.of(Jail.usableWalls(), List.of());
    }

    @BeforeEach
    void open() {
        folder = new WorkingFolders(Settings.of("directory", directory.toString())).open();
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void what_a_tool_writes_to_its_output_is_the_result() {
        assertThat(output("printf 'kind: %s' \"$1\"; echo aside >&2", "Pod"))
                .isEqualTo("kind: Pod");
    }

    @Test
    void a_tool_may_fill_both_pipes() {
        var both =
                "head -c 2000000 /dev/zero >&2; head -c 2000000 /dev/zero; head -c 2000000"
                        + " /dev/zero >&2";

        assertThat(jail().run(run(both))).hasSize(2_000_000);
    }

    @Test
    void a_tool_inherits_no_variable() throws IOException {
        var names = output("env").lines().map(it -> it.substring(0, it.indexOf('='))).toList();

        assertThat(names)
                .containsOnlyOnce("PATH", "LANG", "HOME", "TMPDIR", "HELM_CACHE_HOME")
                .allMatch(
                        it ->
                                it.matches(
                                        "PATH|LANG|HOME|TMPDIR|XDG_[A-Z]+_HOME|HELM_[A-Z]+_HOME"
                                                + "|TIPHYS_RUN|PWD|OLDPWD|SHLVL|_"));
        assertThat(
                        output("echo $HOME $TMPDIR $HELM_CACHE_HOME $XDG_CONFIG_HOME")
                                .strip()
                                .split(" "))
                .hasSize(4)
                .allMatch(it -> Path.of(it).startsWith(folder.home()));
        assertThat(output("touch $TMPDIR/it && echo made")).isEqualTo("made\n");
    }

    @Test
    void a_run_has_the_variables_that_it_asks_for() {
        var run = run("echo $LANG $COLUMNS").with(Map.of("LANG", "C", "COLUMNS", "80"));

        assertThat(new String(jail().run(run), UTF_8)).isEqualTo("C 80\n");
    }

    @Test
    void a_tool_runs_in_the_folder_that_it_is_told() throws IOException {
        Files.createDirectory(folder.files().resolve("chart"));

        assertThat(new String(jail().run(run("pwd").in("chart")), UTF_8).strip())
                .isEqualTo(folder.files().resolve("chart").toString());
        assertThat(failure(jail(), run("pwd").in("..")))
                .hasMessage("The path '..' is no folder of the source");
        assertThat(failure(jail(), run("pwd").in("/etc")))
                .hasMessage("The path '/etc' is no folder of the source");
    }

    @Test
    void a_tool_has_nothing_to_read_from() {
        assertThat(output("cat; echo end")).isEqualTo("end\n");
    }

    @Test
    void a_failure_is_told_in_the_tools_own_words_and_the_same_after_every_run() {
        var fails =
                "printf 'Error: \\033[31m%s/a.yaml\\033[0m is\\a \\342\\200\\256wrong\\n"
                        + "' $PWD >&2; exit 3";

        var first = failure(jail(), run(fails));
        assertThat(first).hasMessage("tool failed with code 3: Error: a.yaml is wrong");
        assertThat(first.passing()).isFalse();
        folder.close();
        open();
        assertThat(failure(jail(), run(fails))).hasMessage(first.getMessage());
    }

    @Test
    void a_tool_that_takes_too_long_is_ended() {
        var failure = failure(jail("jail.time", "0.2s"), run("sleep 60"));

        assertThat(failure)
                .hasMessageContaining("took longer than")
                .hasMessageContaining("jail.time");
        assertThat(failure.passing()).isTrue();
    }

    @Test
    void a_tool_that_writes_too_much_is_ended() {
        assertThat(failure(jail("jail.output", "100K", "jail.time", "20s"), run("yes")))
                .hasMessage("tool wrote more than 102400 bytes (tiphys.repo.jail.output)");
    }

    @Test
    void a_tool_that_computes_too_long_is_ended() {
        var jail = jail("jail.processor-time", "1s", "jail.time", "60s");

        assertThat(failure(jail, run("while :; do :; done")))
                .hasMessageStartingWith(
                        "tool used more than 1 seconds of processor time"
                                + " (tiphys.repo.jail.processor-time)");
    }

    @Test
    void a_tool_that_computes_too_long_and_ignores_it_is_killed() {
        var jail = jail("jail.processor-time", "1s", "jail.time", "60s");

        assertThat(failure(jail, run("trap '' XCPU; while :; do :; done")))
                .hasMessageStartingWith("tool was killed, perhaps for the memory or time");
    }

    @Test
    void a_tool_that_takes_too_much_memory_fails() {
        var takes = "x=aaaaaaaa; while [ ${#x} -lt 100000000 ]; do x=$x$x; done; echo done";

        assertThat(failure(jail("jail.memory", "64M"), run(takes)))
                .hasMessageStartingWith("tool failed with code");
        assertThat(output(takes)).isEqualTo("done\n");
    }

    @Test
    void a_tool_that_writes_a_file_too_large_is_ended() {
        assertThat(failure(jail("jail.file-size", "1M"), run("head -c 2000000 /dev/zero > large")))
                .hasMessageStartingWith(
                        "tool wrote a file of more than 1048576 bytes"
                                + " (tiphys.repo.jail.file-size)");
        assertThat(folder.files().resolve("large")).hasSize(1_048_576);
    }

    @Test
    void no_more_tools_run_at_once_than_allowed() throws Exception {
        var jail = jail("jail.at-once", "1");
        var alone =
                "mkdir %1$s || exit 9; sleep 0.05; rmdir %1$s".formatted(directory.resolve("lock"));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<byte[]> one = () -> jail.run(run(alone));
            for (var run : threads.invokeAll(List.of(one, one, one, one))) {
                assertThat(run.get()).isEmpty();
            }
        }
    }

    @Test
    void nothing_is_left_of_a_run_that_took_too_long() {
        var name = unique();

        failure(jail("jail.time", "0.5s"), run(holdingOn(name) + "sleep 60"));

        assertNoneLeft(name);
    }

    @Test
    void nothing_is_left_of_a_run_that_ended_well() {
        var name = unique();

        assertThat(output(holdingOn(name) + "echo done")).isEqualTo("done\n");

        assertNoneLeft(name);
    }

    @Test
    void nothing_is_left_of_a_run_whose_caller_was_interrupted() throws Exception {
        var name = unique();
        var ready = directory.resolve("ready");
        var interrupted = new CompletableFuture<ManifestFailure>();
        var caller =
                Thread.startVirtualThread(
                        () -> {
                            var script = holdingOn(name) + "touch " + ready + "; sleep 60";
                            interrupted.complete(failure(jail(), run(script)));
                        });
        await().until(() -> Files.exists(ready));

        caller.interrupt();

        assertThat(interrupted.get()).hasMessage("tool was interrupted");
        assertNoneLeft(name);
    }

    @Test
    void nothing_is_left_of_a_run_when_the_service_stops() {
        var name = unique();
        var ready = directory.resolve("ready");
        var jail = jail();
        var failed = new CompletableFuture<ManifestFailure>();
        Thread.startVirtualThread(
                () -> {
                    var script = holdingOn(name) + "touch " + ready + "; sleep 60";
                    failed.complete(failure(jail, run(script)));
                });
        await().until(() -> Files.exists(ready));

        jail.close();

        assertThat(failed.join().passing()).isTrue();
        assertNoneLeft(name);
    }

    @Test
    void a_tool_reaches_no_network_behind_walls() throws IOException {
        try (var server = new ServerSocket(0)) {
            var knocks =
                    run("bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d'".formatted(server.getLocalPort()));

            if (walls.isEmpty()) {
                assertThat(jail().run(knocks)).isEmpty();
            } else {
                assertThat(failure(jail(), knocks)).hasMessageContaining("unreachable");
            }
        }
    }

    @Test
    void a_tool_sees_no_other_process_behind_walls() {
        if (walls.contains("--mount-proc")) {
            assertThat(
                            output(
                                    "cat /proc/[0-9]*/environ | tr '\\0' '\\n"
                                            + "' | grep -c ^JAVA_HOME= || :"))
                    .isEqualTo("0\n");
        }
    }

    /// Leaves a process behind that is nobody's child, holds the pipes and ends by no polite
    /// signal.
    private static String holdingOn(String name) {
        return "(setsid sh -c 'trap \"\" TERM HUP INT; sleep " + name + "; :' &) ; ";
    }

    private static String unique() {
        return "9" + Math.abs(UUID.randomUUID().getMostSignificantBits() % 1_000_000_000);
    }

    private static void assertNoneLeft(String name) {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () ->
                                assertThat(ProcessHandle.allProcesses())
                                        .noneMatch(
                                                it ->
                                                        it.info()
                                                                .commandLine()
                                                                .orElse("")
                                                                .contains("sleep " + name)));
    }

    private String output(String script, String... arguments) {
        return new String(jail().run(run(script, arguments)), UTF_8);
    }

    private static ManifestFailure failure(Jail jail, Run run) {
        return catchThrowableOfType(ManifestFailure.class, () -> jail.run(run));
    }

    private Run run(String script, String... arguments) {
        try {
            var file = Files.createTempFile(directory, "tool", ".sh");
            Files.writeString(file, script);
            return new Run(
                    new Tool("tool", List.of("/bin/sh", file.toString()), "v1"), folder, arguments);
        } catch (IOException full) {
            throw new java.io.UncheckedIOException(full);
        }
    }

    private Jail jail(String... settings) {
        return new Jail(Settings.of(settings).jail(), walls);
    }
}
