package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smallrye.mutiny.Uni;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What `kafka/README.md` tells other producers to do, done word for word. `kcat` has to be there
/// for its example, and CI sees to it that it is; Kafka's console producer is on the class path.
class ProducingExamplesTest extends AgainstBroker {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ADDRESS = "localhost:9092";

    private final List<Object> read = new CopyOnWriteArrayList<>();

    @Test
    void a_push_is_reported_with_kcat() throws Exception {
        assumeTrue(
                Pattern.compile(File.pathSeparator)
                        .splitAsStream(System.getenv("PATH"))
                        .anyMatch(it -> Files.isExecutable(Path.of(it, "kcat"))),
                "needs kcat");
        readAll(Topics.GIT_EVENTS, GitEvent.class);

        run(example("kcat"));

        await().atMost(PATIENCE).until(() -> !read.isEmpty());
        assertThat(read)
                .containsExactly(
                        new GitEvent.Pushed(
                                "ci-4711",
                                "github.com/acme/shop",
                                "refs/heads/main",
                                "a94f3c1e0b7d4f5286c9d0e1f2a3b4c5d6e7f809",
                                "0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f",
                                List.of(),
                                false,
                                "main",
                                "ci"));
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void an_image_is_reported_with_the_console_producer() throws Exception {
        readAll(Topics.IMAGE_EVENTS, ImageEvent.class);

        run(example("kafka-console-producer.sh"));

        await().atMost(PATIENCE).until(() -> !read.isEmpty());
        assertThat(read)
                .containsExactly(
                        new ImageEvent.Pushed(
                                "ci-4712",
                                "registry.example.com/payments/api",
                                "1.4.2",
                                "",
                                "",
                                "",
                                "ci"));
        assertThat(deadLetters()).isEmpty();
    }

    private <T> void readAll(Topics topic, Class<T> wanted) {
        Function<List<Incoming<T>>, Uni<Void>> remember =
                events -> {
                    events.forEach(it -> read.add(it.event()));
                    return Uni.createFrom().voidItem();
                };
        reader.read(topic, "test", wanted, remember);
    }

    /// The one shell example of the README that uses the tool.
    private static String example(String tool) throws IOException {
        var examples =
                Pattern.compile("(?s)```sh\n(.*?)```")
                        .matcher(Files.readString(Path.of("kafka/README.md")))
                        .results()
                        .map(it -> it.group(1))
                        .filter(it -> it.contains(tool + " "))
                        .toList();
        assertThat(examples).singleElement().asString().contains(ADDRESS);
        return examples.getFirst();
    }

    private void run(String example) throws IOException {
        var output = directory.resolve("output");
        var shell =
                new ProcessBuilder(
                                "sh",
                                "-e",
                                "-c",
                                example.replace(ADDRESS, broker.bootstrapServers()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        shell.environment().merge("PATH", tools() + File.pathSeparator, (old, own) -> own + old);

        int exit = shell.start().onExit().join().exitValue();

        assertThat(exit).as(Files.readString(output)).isZero();
    }

    /// Kafka's script, as far as it is needed.
    private Path tools() throws IOException {
        var script =
                "#!/bin/sh\nexec '%s' -Xmx128m -cp '%s' org.apache.kafka.tools.ConsoleProducer \"$@\"\n"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"));
        var folder = Files.createDirectories(directory.resolve("tools"));
        var file = Files.writeString(folder.resolve("kafka-console-producer.sh"), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }
}
