package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What stands between the quotes of a text in JSON, in UTF-8.
final class JsonText {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private static final int ESCAPED_UNIT = 6;

    /// Names are short and the same in every payload. Each has two places, for among the names of
    /// one payload a few meet. Whoever comes later takes the second, so strangers cannot fill it.
    /// Threads may overwrite each other: whatever stands there is a name.
    private static final @Nullable Name[] NAMES = new Name[2048];

    private static final int PLACE_BITS = Integer.numberOfTrailingZeros(NAMES.length);
    private static final int LONGEST_KEPT = 32;

    /// Spreads what differs in a few bytes over all bits.
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private static final class Name {

        /// With eight more, so that all can be read by eight.
        final byte[] bytes;

        final String text;

        Name(byte[] body, int start, int length) {
            text = new String(body, start, length, ISO_8859_1);
            bytes = Arrays.copyOf(text.getBytes(ISO_8859_1), length + Long.BYTES);
        }

        /// @param length after which the body goes on for eight bytes
        boolean is(byte[] body, int start, int length) {
            if (length != text.length()) {
                return false;
            }
            int at = 0;
            for (; at + Long.BYTES <= length; at += Long.BYTES) {
                if ((long) EIGHT_BYTES.get(bytes, at) != (long) EIGHT_BYTES.get(body, start + at)) {
                    return false;
                }
            }
            return rest(bytes, at, length) == rest(body, start + at, start + length);
        }
    }

    private JsonText() {}

    /// The first byte that is not ASCII standing for itself: a quote, a backslash, a control
    /// character, a part of a longer character, or the body's end.
    static int endOfPlain(byte[] body, int from) {
        int at = from;
        for (; at + Long.BYTES <= body.length; at += Long.BYTES) {
            long bytes = (long) EIGHT_BYTES.get(body, at);
            // Each of these sets the high bit of a byte that is found, and at most of later ones.
            long found =
                    bytes
                            | (bytes - ' ' * ONES)
                            | ((bytes ^ ('"' * ONES)) - ONES)
                            | ((bytes ^ ('\\' * ONES)) - ONES);
            if ((found & HIGH_BITS) != 0) {
                return at + Long.numberOfTrailingZeros(found & HIGH_BITS) / Byte.SIZE;
            }
        }
        while (at < body.length && isPlain(body[at])) {
            at++;
        }
        return at;
    }

    private static boolean isPlain(byte one) {
        return one >= ' ' && one != '"' && one != '\\';
    }

    /// The length of what begins with a backslash, which the body may be too short for; zero if it
    /// is no escape.
    static int escape(byte[] body, int at) {
        if (at + 1 == body.length) {
            return 2;
        }
        return switch (body[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> {
                for (int i = at + 2; i < Math.min(at + ESCAPED_UNIT, body.length); i++) {
                    if (Character.digit(body[i], 16) < 0) {
                        yield 0;
                    }
                }
                yield ESCAPED_UNIT;
            }
            default -> 0;
        };
    }

    /// The length of a character beyond ASCII, which the body may be too short for; zero if UTF-8
    /// has none that begins so.
    static int character(byte[] body, int at) {
        int lead = body[at] & 0xff;
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        int point = lead & (0xff >> (length + 1));
        for (int i = at + 1; i < Math.min(at + length, body.length); i++) {
            if ((body[i] & 0xc0) != 0x80) {
                return 0;
            }
            point = (point << 6) | (body[i] & 0x3f);
        }
        boolean isCut = at + length > body.length;
        return isCut || isShortest(point, length) ? length : 0;
    }

    private static boolean isShortest(int point, int length) {
        return switch (length) {
            case 2 -> true;
            case 3 -> point >= 0x800 && (point < 0xd800 || point > 0xdfff);
            case 4 -> point >= 0x1_0000 && point <= Character.MAX_CODE_POINT;
            default -> false;
        };
    }

    /// @param text whose escapes are well formed
    static String unescaped(String text) {
        int escape = text.indexOf('\\');
        if (escape < 0) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        int done = 0;
        for (; escape >= 0; escape = text.indexOf('\\', done)) {
            plain.append(text, done, escape);
            char kind = text.charAt(escape + 1);
            done = escape + (kind == 'u' ? ESCAPED_UNIT : 2);
            plain.append(
                    switch (kind) {
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'u' -> (char) Integer.parseInt(text, escape + 2, done, 16);
                        default -> kind;
                    });
        }
        return plain.append(text, done, text.length()).toString();
    }

    /// A field's name that is ASCII and stands for itself.
    static String name(byte[] body, int start, int length) {
        if (length > LONGEST_KEPT || start + length + Long.BYTES > body.length) {
            return new String(body, start, length, ISO_8859_1);
        }
        int place = (int) (hash(body, start, length) >>> (Long.SIZE - PLACE_BITS));
        var kept = NAMES[place];
        if (kept != null && kept.is(body, start, length)) {
            return kept.text;
        }
        int second = place ^ 1;
        var other = NAMES[second];
        if (other != null && other.is(body, start, length)) {
            return other.text;
        }
        var name = new Name(body, start, length);
        NAMES[kept == null ? place : second] = name;
        return name.text;
    }

    /// @param length after which the body goes on for eight bytes
    private static long hash(byte[] body, int start, int length) {
        long hash = 0;
        int at = start;
        int end = start + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = (hash ^ (long) EIGHT_BYTES.get(body, at)) * SPREAD;
        }
        return (hash ^ rest(body, at, end)) * SPREAD;
    }

    /// What is left of a name behind its last eight bytes.
    private static long rest(byte[] bytes, int at, int end) {
        return (long) EIGHT_BYTES.get(bytes, at) & ((1L << (Byte.SIZE * (end - at))) - 1);
    }
}
