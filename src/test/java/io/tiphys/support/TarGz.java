package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/// A packed archive, of entries that no tool would write as well.
public final class TarGz {

    private static final int BLOCK = 512;

    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    public TarGz with(String path, String content) {
        return with(path, content.getBytes(UTF_8));
    }

    public TarGz with(String path, byte[] content) {
        return entry(path, '0', "", content);
    }

    /// @param type of the entry, as tar has it
    /// @param target of a link
    public TarGz entry(String path, char type, String target, byte[] content) {
        tar.writeBytes(header(path, type, target, content.length));
        tar.writeBytes(content);
        tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    /// A record that replaces the next entry's path or target, in the way of POSIX.
    public TarGz extended(String key, String value) {
        var bytes = (" " + key + "=" + value + "\n").getBytes(UTF_8);
        int length = bytes.length + 1;
        while ((String.valueOf(length).length() + bytes.length) != length) {
            length++;
        }
        return entry("extended", 'x', "", (length + new String(bytes, UTF_8)).getBytes(UTF_8));
    }

    private static byte[] header(String path, char type, String target, int size) {
        var header = new byte[BLOCK];
        put(header, 0, path);
        put(header, 100, "0000644\0");
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte it : header) {
            sum += Byte.toUnsignedInt(it);
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /// Without the packing.
    public byte[] tar() {
        var bytes = tar.toByteArray();
        return Arrays.copyOf(bytes, bytes.length + 2 * BLOCK);
    }

    public byte[] bytes() {
        return packed(tar());
    }

    public static byte[] packed(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}
