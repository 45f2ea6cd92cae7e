package io.tiphys.repo.chart;

import io.tiphys.repo.host.Web;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// What a registry answered about one repository, so that what has not changed is not sent again.
/// Whoever takes it for true has asked whether it still is, or knows its digest and that it still
/// may be seen. For several threads.
final class KnownAnswers {

    /// How they are written. What has another number is not read.
    private static final int FORMAT = 1;

    private static final int MOST = 2_000;

    /// Of all bodies. What was not used for the longest time makes room.
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    /// Of an address or a head.
    private static final int LONGEST_TEXT = 8 * 1024;

    private final int mostBytes;
    private final Map<String, Known> answers = new LinkedHashMap<>(16, 0.75f, true);
    private int bytes;
    private boolean isChanged;
    private boolean isShown;

    /// @param link the head of that name
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Known(Web.Version version, String link, byte[] body) {

        private boolean isShort() {
            return link.length() < LONGEST_TEXT
                    && version.etag().length() < LONGEST_TEXT
                    && version.lastModified().length() < LONGEST_TEXT;
        }
    }

    KnownAnswers() {
        this(MOST_BYTES);
    }

    private KnownAnswers(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// Where nothing is remembered.
    static KnownAnswers none() {
        return new KnownAnswers(0);
    }

    /// @param at the address that it came from
    synchronized Optional<Known> find(String at) {
        return Optional.ofNullable(answers.get(at));
    }

    synchronized void put(String at, Known known) {
        if (known.body().length >= mostBytes || at.length() >= LONGEST_TEXT || !known.isShort()) {
            return;
        }
        remove(at);
        answers.put(at, known);
        bytes += known.body().length;
        while (answers.size() > MOST || bytes > mostBytes) {
            remove(answers.keySet().iterator().next());
        }
        isChanged = true;
    }

    /// The registry has just shown something of the repository.
    synchronized void shown() {
        isShown = true;
    }

    /// Whether it has, since these answers were read.
    synchronized boolean isShown() {
        return isShown;
    }

    private void remove(String at) {
        var gone = answers.remove(at);
        bytes -= gone == null ? 0 : gone.body().length;
    }

    /// Whether there is more in it than was read or written.
    synchronized boolean isChanged() {
        return isChanged;
    }

    /// @throws IOException also if it is not what was written
    static KnownAnswers read(InputStream from) throws IOException {
        var known = new KnownAnswers();
        try (var in = new DataInputStream(new GZIPInputStream(from))) {
            if (in.readInt() != FORMAT) {
                return known;
            }
            for (int left = in.readInt(); left > 0; left--) {
                var at = in.readUTF();
                var version = new Web.Version(in.readUTF(), in.readUTF());
                var link = in.readUTF();
                int length = in.readInt();
                if (length < 0 || length > MOST_BYTES) {
                    throw new IOException("An answer has %d bytes".formatted(length));
                }
                var body = new byte[length];
                in.readFully(body);
                known.put(at, new Known(version, link, body));
            }
            // Only at the end is the sum over all of it checked.
            if (in.read() >= 0) {
                throw new IOException("There is more behind the last answer");
            }
        }
        known.isChanged = false;
        return known;
    }

    synchronized void write(OutputStream to) throws IOException {
        try (var out = new DataOutputStream(new GZIPOutputStream(to))) {
            out.writeInt(FORMAT);
            out.writeInt(answers.size());
            for (var answer : answers.entrySet()) {
                var known = answer.getValue();
                out.writeUTF(answer.getKey());
                out.writeUTF(known.version().etag());
                out.writeUTF(known.version().lastModified());
                out.writeUTF(known.link());
                out.writeInt(known.body().length);
                out.write(known.body());
            }
        }
        isChanged = false;
    }
}
