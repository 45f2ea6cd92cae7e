package io.tiphys.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.eclipse.jgit.util.FileUtils;

/// A Kafka broker as a process of its own that lets in only who comes over TLS with a password:
/// chosen for all journeys with `-Dtiphys.test.kafka=external`. Each service gets one of its own,
/// as each has an embedded one otherwise; it outlives the service's ends.
public final class ExternalBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "not-" + UUID.randomUUID();

    private final Path folder;
    private final Process process;
    private final Map<String, String> clientSettings;

    private ExternalBroker(Path folder, Process process, Map<String, String> clientSettings) {
        this.folder = folder;
        this.process = process;
        this.clientSettings = clientSettings;
    }

    /// Whether journeys run on such a broker.
    static boolean isChosen() {
        return switch (System.getProperty("tiphys.test.kafka", "embedded")) {
            case "embedded" -> false;
            case "external" -> true;
            case String other ->
                    throw new IllegalStateException(
                            "tiphys.test.kafka is embedded or external, not " + other);
        };
    }

    /// Starts one with its files below a folder and waits until it answers.
    public static ExternalBroker start(Path folder) {
        try {
            Files.createDirectories(folder);
            makeKeys(folder);
            int port = FreePort.take();
            var settings = folder.resolve("server.properties");
            Files.writeString(settings, serverSettings(folder, port));
            run(
                    folder,
                    java(
                            "kafka.tools.StorageTool",
                            "format",
                            "--cluster-id",
                            Uuid.randomUuid().toString(),
                            "--config",
                            settings.toString()));
            var process = process(folder, java("kafka.Kafka", settings.toString()));
            var broker = new ExternalBroker(folder, process, clientSettings(folder, port));
            broker.awaitAnswer();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How a client reaches it, by the names that Kafka gives its settings.
    public Map<String, String> clientSettings() {
        return clientSettings;
    }

    /// Tells a service how to reach it, as a container is told.
    void nameIn(Map<String, String> environment) {
        clientSettings.forEach(
                (name, value) ->
                        environment.put(
                                "KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        try {
            FileUtils.delete(folder.toFile(), FileUtils.RECURSIVE | FileUtils.RETRY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() {
        try (var admin = Admin.create(Map.copyOf(clientSettings))) {
            await().atMost(PATIENCE)
                    .failFast("the broker ended: " + folder, () -> !process.isAlive())
                    .ignoreExceptions()
                    .until(
                            () ->
                                    !admin.describeCluster()
                                            .nodes()
                                            .get(5, TimeUnit.SECONDS)
                                            .isEmpty());
        }
    }

    private static String serverSettings(Path folder, int port) {
        var controller = "127.0.0.1:" + FreePort.take();
        var internal = "127.0.0.1:" + FreePort.take();
        var clients = "127.0.0.1:" + port;
        return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@%1$s
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=INTERNAL
        listener.security.protocol.map=CLIENTS:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
        listeners=CLIENTS://%2$s,INTERNAL://%3$s,CONTROLLER://%1$s
        advertised.listeners=CLIENTS://%2$s,INTERNAL://%3$s
        log.dirs=%4$s/data
        auto.create.topics.enable=false
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        default.replication.factor=1
        offsets.topic.num.partitions=1
        offsets.topic.replication.factor=1
        listener.name.clients.sasl.enabled.mechanisms=PLAIN
        listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_tiphys="%5$s";
        listener.name.clients.ssl.keystore.type=PKCS12
        listener.name.clients.ssl.keystore.location=%4$s/broker.p12
        listener.name.clients.ssl.keystore.password=%5$s
        """
                .formatted(controller, clients, internal, folder, SECRET);
    }

    private static Map<String, String> clientSettings(Path folder, int port) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("bootstrap.servers", "127.0.0.1:" + port);
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", "PLAIN");
        settings.put(
                "sasl.jaas.config",
                ("org.apache.kafka.common.security.plain.PlainLoginModule required"
                                + " username=\"tiphys\" password=\"%s\";")
                        .formatted(SECRET));
        settings.put("ssl.truststore.type", "PKCS12");
        settings.put("ssl.truststore.location", folder.resolve("trust.p12").toString());
        settings.put("ssl.truststore.password", SECRET);
        return settings;
    }

    /// A key for the broker, and its certificate for those who talk to it.
    private static void makeKeys(Path folder) throws IOException {
        var store = List.of("-storetype", "PKCS12", "-storepass", SECRET);
        keytool(
                folder,
                store,
                "broker.p12",
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2");
        keytool(
                folder,
                store,
                "broker.p12",
                "-exportcert",
                "-alias",
                "broker",
                "-file",
                "broker.cer");
        keytool(
                folder,
                store,
                "trust.p12",
                "-importcert",
                "-alias",
                "broker",
                "-file",
                "broker.cer",
                "-noprompt");
    }

    private static void keytool(Path folder, List<String> store, String file, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(home("keytool"));
        command.addAll(List.of(arguments));
        command.addAll(store);
        command.addAll(List.of("-keystore", file));
        run(folder, command);
    }

    private static List<String> java(String mainClass, String... arguments) {
        var command = new ArrayList<String>();
        command.addAll(
                List.of(
                        home("java"),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String home(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    private static void run(Path folder, List<String> command) throws IOException {
        var process = process(folder, command);
        if (process.onExit().join().exitValue() != 0) {
            throw new IllegalStateException(
                    command.getFirst() + " failed: " + Files.readString(folder.resolve("log")));
        }
    }

    private static Process process(Path folder, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }
}
