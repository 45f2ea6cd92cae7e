package io.tiphys.channel;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tiphys.core.event.GitEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A replica in a process of its own that takes events and is never done with them, to be killed.
final class StuckReader {

    private StuckReader() {}

    /// @param arguments the broker's address, and a file to which each id that came is appended
    public static void main(String[] arguments) throws InterruptedException {
        var config = new TestKafka(Optional.of(arguments[0]), false);
        var connection = TestKafka.connection(config);
        var channel =
                new EventChannel(
                        connection, config, new TopicCheck(connection), new Tracing(Map.of()));
        var reader = new EventReader(connection, channel, new SimpleMeterRegistry());
        var file = Path.of(arguments[1]);
        reader.read(
                Topics.GIT_EVENTS,
                "test",
                GitEvent.class,
                events -> {
                    write(file, events.stream().map(it -> it.event().id()).toList());
                    return Uni.createFrom().nothing();
                });
        Thread.currentThread().join(Duration.ofMinutes(2));
    }

    static Process start(String bootstrapServers, Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StuckReader.class.getName(),
                        bootstrapServers,
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling("log").toFile())
                .start();
    }

    private static void write(Path file, List<String> ids) {
        try {
            Files.write(file, ids, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
