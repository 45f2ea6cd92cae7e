package io.tiphys.dev.sandbox.storage;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Every write as one JSON line, so that a killed process finds its objects again. A line is given
/// to the operating system before the write is answered: it survives the process, not the machine.
final class Journal implements AutoCloseable {

    /// @param object null where the line removes the object, or only carries a revision
    record Line(long revision, Key key, @Nullable ObjectNode object) {}

    private static final Key NOTHING = new Key("", "", "");

    private final FileChannel channel;

    private Journal(FileChannel channel) {
        this.channel = channel;
    }

    /// Replays what is there, then rewrites it without what has passed.
    static Journal open(Path file, Consumer<Line> replay) {
        try {
            var directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            var live = new TreeMap<Key, Line>();
            long revision = 0;
            if (Files.exists(file)) {
                revision = read(file, live);
            }
            var compact = file.resolveSibling(file.getFileName() + ".compact");
            write(compact, live, revision);
            Files.move(compact, file, ATOMIC_MOVE);
            replay.accept(new Line(revision, NOTHING, null));
            live.values().forEach(replay);
            return new Journal(FileChannel.open(file, APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the journal " + file, e);
        }
    }

    private static long read(Path file, Map<Key, Line> live) throws IOException {
        long revision = 0;
        var torn = endsTorn(file);
        // Unlike Files.newBufferedReader, this survives a letter that was cut in two.
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(file), StandardCharsets.UTF_8))) {
            var text = lines.readLine();
            while (text != null) {
                var next = lines.readLine();
                // The last line, cut off when the process was killed, was never answered.
                if (next != null || !torn) {
                    var line = parse(file, text);
                    revision = Math.max(revision, line.revision());
                    if (line.object() != null) {
                        live.put(line.key(), line);
                    } else {
                        live.remove(line.key());
                    }
                }
                text = next;
            }
        }
        return revision;
    }

    private static boolean endsTorn(Path file) throws IOException {
        try (var bytes = FileChannel.open(file)) {
            var last = ByteBuffer.allocate(1);
            return bytes.size() > 0
                    && bytes.read(last, bytes.size() - 1) == 1
                    && last.get(0) != '\n';
        }
    }

    private static Line parse(Path file, String text) {
        ObjectNode node;
        try {
            node = Json.foreignObject(text.getBytes(StandardCharsets.UTF_8), false);
        } catch (Refusal e) {
            throw new IllegalStateException("the journal " + file + " is damaged", e);
        }
        var key =
                new Key(
                        Json.text(node, "shelf"),
                        Json.text(node, "namespace"),
                        Json.text(node, "name"));
        return new Line(
                node.path("revision").asLong(),
                key,
                node.get("object") instanceof ObjectNode object ? object : null);
    }

    private static void write(Path file, Map<Key, Line> live, long revision) throws IOException {
        try (var out =
                new BufferedOutputStream(
                        Files.newOutputStream(file, CREATE, WRITE, TRUNCATE_EXISTING), 1 << 16)) {
            out.write(line(NOTHING, revision, null));
            for (var line : live.values()) {
                if (line.object() != null) {
                    out.write(line(line.key(), line.revision(), Json.bytes(line.object())));
                }
            }
        }
    }

    void put(Stored stored) {
        append(line(stored.key(), stored.revision(), stored.json()));
    }

    void remove(Key key, long revision) {
        append(line(key, revision, null));
    }

    private static byte[] line(Key key, long revision, byte @Nullable [] object) {
        var head = Json.object();
        head.put("revision", revision);
        head.put("shelf", key.shelf());
        head.put("namespace", key.namespace());
        head.put("name", key.name());
        var opening = Json.bytes(head);
        var line = new ByteArrayOutputStream(opening.length + 16);
        line.write(opening, 0, opening.length - 1);
        if (object != null) {
            line.writeBytes(",\"object\":".getBytes(StandardCharsets.UTF_8));
            line.writeBytes(object);
        }
        line.writeBytes("}\n".getBytes(StandardCharsets.UTF_8));
        return line.toByteArray();
    }

    private void append(byte[] line) {
        try {
            var buffer = ByteBuffer.wrap(line);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the journal", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the journal", e);
        }
    }
}
