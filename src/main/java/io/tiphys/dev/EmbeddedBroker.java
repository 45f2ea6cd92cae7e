package io.tiphys.dev;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A single-node Kafka broker (KRaft) in this process, on the loopback interface: the Kafka of the
/// service where none is configured, and of the tests. What it has acknowledged survives a
/// restart, after `kill -9` as well.
public final class EmbeddedBroker implements AutoCloseable {

    private static final int NODE_ID = 1;
    private static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENTS = "PLAINTEXT";

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /// Starts a broker on what the directory holds; an empty or absent one is set up first. Returns
    /// when clients can connect. Port 0 takes a free one.
    public static EmbeddedBroker start(Path dataDirectory, int port) {
        var directory = dataDirectory.toAbsolutePath().toString();
        var bootstrapServers = Loopback.HOST + ":" + (port == 0 ? Loopback.freePort() : port);
        setUp(dataDirectory, directory);
        var settings = settings(directory, bootstrapServers, Loopback.freePort());
        var server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IllegalStateException(
                    "The embedded Kafka broker did not start on %s in %s: %s"
                            .formatted(bootstrapServers, directory, e.getMessage()),
                    e);
        }
        return new EmbeddedBroker(server, bootstrapServers);
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void setUp(Path dataDirectory, String directory) {
        if (Files.exists(dataDirectory.resolve("meta.properties"))) {
            return;
        }
        var formatter =
                new Formatter()
                        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(NODE_ID)
                        .setControllerListenerName(CONTROLLER)
                        .setMetadataLogDirectory(directory)
                        .addDirectory(directory);
        try {
            Files.createDirectories(dataDirectory);
            formatter.run();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set up Kafka's files in " + directory, e);
        } catch (Exception e) {
            throw new IllegalStateException("Cannot set up Kafka's files in " + directory, e);
        }
    }

    private static Map<String, String> settings(
            String directory, String bootstrapServers, int controllerPort) {
        var controller = Loopback.HOST + ":" + controllerPort;
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(NODE_ID)),
                Map.entry("controller.quorum.voters", NODE_ID + "@" + controller),
                Map.entry("controller.listener.names", CONTROLLER),
                Map.entry("inter.broker.listener.name", CLIENTS),
                Map.entry(
                        "listener.security.protocol.map",
                        CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"),
                Map.entry(
                        "listeners",
                        CLIENTS + "://" + bootstrapServers + "," + CONTROLLER + "://" + controller),
                Map.entry("advertised.listeners", CLIENTS + "://" + bootstrapServers),
                Map.entry("log.dirs", directory),
                // Topics are declared by who owns them; a typing error must not make one.
                Map.entry("auto.create.topics.enable", "false"),

                // After a restart the controller refuses the broker until the session of the one
                // before it has run out: Kafka's 9 s would be waited out on every start. Shorter
                // than this, a busy laptop loses its broker for a moment.
                Map.entry("broker.session.timeout.ms", "3000"),
                Map.entry("broker.heartbeat.interval.ms", "300"),
                // A group of one has nobody to wait for, and a killed member is missed soon.
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.min.session.timeout.ms", "1000"),

                // One node holds the only replica of everything.
                Map.entry("default.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),

                // It shares a process, and often a laptop, with the service.
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "2"),
                Map.entry("background.threads", "2"),
                Map.entry("log.cleaner.dedupe.buffer.size", "8388608"));
    }
}
