package io.tiphys.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The subject: the packaged service with its embedded defaults, a process of its own with a data
/// directory of its own.
final class Service implements AutoCloseable {

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /// What the service's JVM gets: a heap of one size, as k8s/deployment.yaml gives it. In a heap
    /// that grows from little, the collector marks without end while it holds itself small.
    /// `BENCH_SERVICE_FLAGS` adds to it, to look inside a run.
    static final List<String> FLAGS = flags();

    private final List<String> command;
    private final Path directory;
    private Process process;
    private Map<String, String> endpoints;

    private Service(List<String> command, Path directory) throws IOException {
        this.command = command;
        this.directory = directory;
        process = launch();
        endpoints = awaitEndpoints();
    }

    /// @param more flags for its JVM, such as properties that differ from the defaults
    static Service start(String... more) throws IOException {
        var directory = Files.createTempDirectory("tiphys-bench-");
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(FLAGS);
        command.add("-Dtiphys.data-dir=" + directory.resolve("data"));
        command.add("-Dquarkus.http.port=" + freePort());
        command.addAll(Arrays.asList(more));
        command.add("-jar");
        command.add(JAR.toString());
        return new Service(command, directory);
    }

    /// kill -9; returns when it is gone.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// The same once more, after it was killed: same addresses, same data.
    void restart() throws IOException {
        Files.deleteIfExists(endpointsFile());
        process = launch();
        endpoints = awaitEndpoints();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Map<String, String> awaitEndpoints() throws IOException {
        try {
            Patience.until(
                    PATIENCE,
                    "the service is ready; see " + log(),
                    () -> {
                        if (!process.isAlive()) {
                            throw new IllegalStateException("The service ended; see " + log());
                        }
                        return Files.exists(endpointsFile());
                    });
        } catch (RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        }
        var known = new HashMap<String, String>();
        new ObjectMapper()
                .readTree(endpointsFile().toFile())
                .properties()
                .forEach(entry -> known.put(entry.getKey(), entry.getValue().asText()));
        return known;
    }

    private Path endpointsFile() {
        return directory.resolve("data/endpoints.json");
    }

    URI webhook() {
        return URI.create(endpoints.get("api") + "/api/webhook");
    }

    String kafka() {
        return endpoints.get("kafka");
    }

    String sampleRepository() {
        return endpoints.get("sampleRepository");
    }

    Cluster cluster() throws IOException {
        return new Cluster(Path.of(endpoints.get("kubeconfig")));
    }

    /// A folder that goes when the service does.
    Path folder(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    Path log() {
        return directory.resolve("service.log");
    }

    /// Has its heap collected, all of it, now.
    void collect() throws IOException {
        var jcmd = Path.of(java()).resolveSibling("jcmd").toString();
        var collection =
                new ProcessBuilder(jcmd, String.valueOf(process.pid()), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (collection.onExit().join().exitValue() != 0) {
            throw new IOException("The heap cannot be collected");
        }
    }

    long cpuMillis() throws IOException {
        return Machine.cpuMillis(process.pid());
    }

    /// To the nanosecond, for spans too short for `cpuMillis`.
    long cpuNanos() throws IOException {
        return Machine.cpuNanos(process.pid());
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        delete(directory);
    }

    /// A folder with all that is in it.
    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> flags() {
        var flags = new ArrayList<>(List.of("-Xms1g", "-Xmx1g"));
        Optional.ofNullable(System.getenv("BENCH_SERVICE_FLAGS"))
                .filter(more -> !more.isBlank())
                .ifPresent(more -> flags.addAll(Arrays.asList(more.strip().split("\\s+"))));
        return List.copyOf(flags);
    }
}
