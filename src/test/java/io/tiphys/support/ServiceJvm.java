package io.tiphys.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// How a test runs the packaged service: so that it starts fast, as nothing is measured here.
///
/// @param options for the cache of classes (the JVM's AOT cache, JEP 514), in which they are loaded
///     and linked already
record ServiceJvm(List<String> options) {

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Path CACHE = Path.of("target/tiphys.aot");
    private static final Path LOCK = Path.of("target/tiphys.aot.lock");

    /// Makes the cache for a build that has none yet, which takes as long as some starts.
    static synchronized ServiceJvm thatStartsFast() {
        try (var lock =
                FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Other test classes start theirs in processes of their own.
            lock.lock();
            if (!Files.exists(CACHE) || isOlder(CACHE, JAR)) {
                makeCache();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Otherwise it warns in the service's log of what it cannot take from there.
        return new ServiceJvm(List.of("-XX:AOTCache=" + CACHE, "-Xlog:aot*=error"));
    }

    private static boolean isOlder(Path one, Path other) throws IOException {
        return Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) < 0;
    }

    /// From a service that has deployed its sample. Its JVM writes it at the end.
    private static void makeCache() throws IOException {
        Files.deleteIfExists(CACHE);
        var data = Files.createTempDirectory(CACHE.toAbsolutePath().getParent(), "cached");
        var recording = new ServiceJvm(List.of("-XX:AOTCacheOutput=" + CACHE));
        try (var tiphys = new Tiphys(recording, data, List.of())) {
            Tiphys.eventually()
                    .until(
                            () -> tiphys.application("guestbook").at("/status/sync/status"),
                            it -> it.asText().equals("Synced"));
            tiphys.stop();
        }
        assertThat(CACHE).exists();
    }

    /// @param properties as `name=value`; of several of a name, the last counts
    List<String> command(List<String> properties) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        // It starts with two thirds of the CPU time.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        properties.forEach(it -> command.add("-D" + it));
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }
}
