package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.repo.ManifestFailure;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What is where in a tar file. Nothing of it is ever written under a name that it says itself.
///
/// It is read by hand because libraries read extended names of any length into memory, and because
/// what is not needed can be refused: only files, folders and symbolic links are taken.
final class TarIndex {

    private static final int BLOCK = 512;

    /// Of an extended name, and of the target of a link.
    private static final int MAX_NAME = 64 * 1024;

    private final String name;
    private final SeekableByteChannel tar;
    private final int maxFiles;
    private final NavigableMap<String, Item> items = new TreeMap<>();
    private long position;
    private int seen;

    /// What extended headers say of the entry that follows.
    private String longPath = "";

    private String longTarget = "";

    /// A file, or a symbolic link.
    ///
    /// @param offset of its content in the tar file
    /// @param target of the link; empty for a file
    record Item(long offset, long size, String target) {}

    private TarIndex(String name, SeekableByteChannel tar, int maxFiles) {
        this.name = name;
        this.tar = tar;
        this.maxFiles = maxFiles;
    }

    /// Files and links by their paths.
    ///
    /// @param name of the archive, for messages
    /// @throws ManifestFailure if the archive is damaged, or means to do harm
    static NavigableMap<String, Item> read(String name, Path tar, int maxFiles) throws IOException {
        try (var channel = Files.newByteChannel(tar)) {
            var index = new TarIndex(name, channel, maxFiles);
            index.read();
            index.checkFolders();
            return Collections.unmodifiableNavigableMap(index.items);
        } catch (EOFException cut) {
            throw new ManifestFailure(name + " is damaged: it ends too early");
        }
    }

    private void read() throws IOException {
        while (position + BLOCK <= tar.size()) {
            var header = bytes(BLOCK);
            if (isEnd(header)) {
                return;
            }
            check(header);
            long size = number(header, 124, 12);
            if (size > tar.size() - position) {
                throw new EOFException();
            }
            take(header, size);
            position += (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        if (position < tar.size()) {
            throw new EOFException();
        }
    }

    /// What is a file, or a link that leads elsewhere, cannot hold others.
    private void checkFolders() {
        for (var path : items.keySet()) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                if (items.containsKey(path.substring(0, slash))) {
                    throw new ManifestFailure(
                            "%s has a file inside of what is no folder: %s".formatted(name, path));
                }
            }
        }
    }

    private static boolean isEnd(byte[] header) {
        return Arrays.equals(header, new byte[BLOCK]);
    }

    private void take(byte[] header, long size) throws IOException {
        if (++seen > maxFiles) {
            throw new ManifestFailure(
                    "%s has more than %d files and folders".formatted(name, maxFiles));
        }
        char type = (char) header[156];
        switch (type) {
            case 'x' -> extend(text(size));
            // What holds for all entries is no name.
            case 'g' -> {}
            case 'L' -> longPath = untilZero(text(size));
            case 'K' -> longTarget = untilZero(text(size));
            case '0', '\0', '7', '2', '5' -> {
                var path = path(longPath.isEmpty() ? ownPath(header) : longPath);
                var target = longTarget.isEmpty() ? string(header, 157, 100) : longTarget;
                longPath = "";
                longTarget = "";
                if (type == '2') {
                    put(path, new Item(0, target.getBytes(UTF_8).length, target));
                } else if (type != '5') {
                    put(path, new Item(position, size, ""));
                }
            }
            case '1' -> throw refused(header, "a hard link");
            case '3', '4', '6' -> throw refused(header, "a device");
            default -> throw refused(header, "no plain file");
        }
    }

    private void put(String path, Item item) {
        if (path.isEmpty()) {
            throw new ManifestFailure(name + " has a file without a name");
        }
        if (path.length() > MAX_NAME || item.target().length() > MAX_NAME) {
            throw tooLong();
        }
        items.put(path, item);
    }

    /// @return without `.` and slashes that mean nothing
    private String path(String path) {
        var parts = List.of(path.split("/", -1));
        if (path.startsWith("/") || parts.contains("..") || path.indexOf('\0') >= 0) {
            throw new ManifestFailure(
                    "%s has a file with an impossible name: %s".formatted(name, path));
        }
        return String.join(
                "/", parts.stream().filter(it -> !it.isEmpty() && !it.equals(".")).toList());
    }

    private static String ownPath(byte[] header) {
        boolean ustar = string(header, 257, 5).equals("ustar") && header[262] == 0;
        var prefix = ustar ? string(header, 345, 155) : "";
        var own = string(header, 0, 100);
        return prefix.isEmpty() ? own : prefix + "/" + own;
    }

    /// Records are a length, a space, a key, `=`, a value and a line feed.
    private void extend(String records) {
        int at = 0;
        while (at < records.length()) {
            int space = records.indexOf(' ', at);
            int equals = records.indexOf('=', space);
            int end = space < 0 || equals < 0 ? -1 : recordEnd(records, at, space);
            if (end <= equals || end > records.length()) {
                throw new ManifestFailure(name + " is damaged: an extended header has no end");
            }
            var value = records.substring(equals + 1, end - 1);
            switch (records.substring(space + 1, equals)) {
                case "path" -> longPath = decoded(value);
                case "linkpath" -> longTarget = decoded(value);
                case "size", "GNU.sparse.major", "GNU.sparse.size", "GNU.sparse.realsize" ->
                        throw new ManifestFailure(name + " has a file that is stored with holes");
                default -> {
                    // Times, owners and the like.
                }
            }
            at = end;
        }
    }

    private int recordEnd(String records, int at, int space) {
        try {
            return at + Integer.parseInt(records.substring(at, space));
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    private ManifestFailure refused(byte[] header, String what) {
        return new ManifestFailure(
                "%s: %s is %s, which is not taken".formatted(name, ownPath(header), what));
    }

    private ManifestFailure tooLong() {
        return new ManifestFailure(name + " has a name that is too long");
    }

    /// Bytes as characters of one byte each, so that lengths are those of bytes.
    private String text(long size) throws IOException {
        if (size > MAX_NAME) {
            throw tooLong();
        }
        long before = position;
        var text = new String(bytes((int) size), ISO_8859_1);
        position = before;
        return text;
    }

    private static String untilZero(String text) {
        int zero = text.indexOf('\0');
        return decoded(zero < 0 ? text : text.substring(0, zero));
    }

    private static String decoded(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }

    private static String string(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, UTF_8);
    }

    /// A sum over the header tells a tar file from anything else.
    private void check(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (sum != number(header, 148, 8)) {
            throw new ManifestFailure(name + " is no tar archive, or damaged");
        }
    }

    /// Octal. What is larger than that can say is larger than any limit.
    private long number(byte[] header, int from, int length) {
        var digits = string(header, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 8);
        } catch (NumberFormatException binary) {
            throw new ManifestFailure(name + " is no tar archive, or has a file that is too large");
        }
    }

    private byte[] bytes(int count) throws IOException {
        var bytes = ByteBuffer.allocate(count);
        tar.position(position);
        while (bytes.hasRemaining()) {
            if (tar.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        position += count;
        return bytes.array();
    }
}
