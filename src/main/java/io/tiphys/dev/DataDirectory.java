package io.tiphys.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/// Where the embedded servers keep what has to outlive the process, owned by one process at a
/// time. It also remembers their ports, so that a clone made yesterday still finds its remote.
public final class DataDirectory implements AutoCloseable {

    /// Below the ranges from which systems take ports for outgoing connections: a remembered port
    /// is then seldom taken at the next start.
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 30_000;
    private static final int ATTEMPTS = 100;

    private final Path directory;
    private final FileChannel lock;

    private DataDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /// Takes the directory (`tiphys.data-dir`), creating it if it is absent.
    ///
    /// @throws IllegalStateException if another process has it
    public static DataDirectory open(Path path) {
        var directory = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            var lock = lock(directory);
            // Where to find the process that ran here before is no news of this one.
            Files.deleteIfExists(endpointsFile(directory));
            return new DataDirectory(directory, lock);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot use %s as the data directory (tiphys.data-dir): %s"
                            .formatted(directory, e),
                    e);
        }
    }

    public Path resolve(String name) {
        return directory.resolve(name);
    }

    /// The port that the server had before, if it is still free; another one otherwise, which is
    /// remembered from now on.
    public synchronized int port(String server) {
        var ports = rememberedPorts();
        var remembered = ports.getProperty(server);
        if (remembered != null && Loopback.isFree(parse(remembered))) {
            return parse(remembered);
        }
        var port = unusedPort(ports);
        ports.setProperty(server, String.valueOf(port));
        var text = new StringWriter();
        try {
            ports.store(text, "The ports of the embedded servers");
            replace(portsFile(), text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + portsFile(), e);
        }
        return port;
    }

    /// Tells scripts where everything listens: `endpoints.json` appears whole, and only while this
    /// process has the directory.
    public void writeEndpoints(Endpoints endpoints) {
        var file = endpointsFile(directory);
        try {
            replace(
                    file,
                    new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(endpoints));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(endpointsFile(directory));
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release " + directory, e);
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        var channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            channel.close();
            throw new IllegalStateException(inUse(directory), heldByThisProcess);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IllegalStateException(inUse(directory));
    }

    private static String inUse(Path directory) {
        return "The data directory %s is in use by another running Tiphys: stop that one, or give this one a directory of its own (tiphys.data-dir)."
                .formatted(directory);
    }

    private Properties rememberedPorts() {
        var ports = new Properties();
        if (Files.exists(portsFile())) {
            try (var reader = Files.newBufferedReader(portsFile())) {
                ports.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + portsFile(), e);
            }
        }
        return ports;
    }

    private int parse(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    "%s is no port number in %s".formatted(port, portsFile()), e);
        }
    }

    private static int unusedPort(Properties remembered) {
        var random = ThreadLocalRandom.current();
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            var port = random.nextInt(FIRST_PORT, LAST_PORT);
            // A port promised to another server may not be listened on yet.
            if (!remembered.containsValue(String.valueOf(port)) && Loopback.isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "No free port found on %s between %d and %d"
                        .formatted(Loopback.HOST, FIRST_PORT, LAST_PORT));
    }

    private Path portsFile() {
        return directory.resolve("ports.properties");
    }

    private static Path endpointsFile(Path directory) {
        return directory.resolve("endpoints.json");
    }

    private static void replace(Path file, String content) throws IOException {
        var written = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(written, content);
        Files.move(
                written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
