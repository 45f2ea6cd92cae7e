package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Goes through JSON in UTF-8 byte by byte, and past what nobody wants without a look at more than
/// its form. Refuses what is no JSON, with the place and never with its words.
final class JsonScanner {

    static final int MAX_DEPTH = 100;

    private static final int MAX_NAME = 1024;
    private static final int MAX_NUMBER = 100;

    /// In UTF-8.
    private static final int MAX_TEXT = 16 * 1024;

    private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(UTF_8);

    private final byte[] body;

    /// Of the byte to be read next.
    private int at;

    /// How many objects and arrays it is in.
    private int depth;

    JsonScanner(byte[] body) {
        this.body = body;
        boolean isMarked =
                body.length >= BYTE_ORDER_MARK.length
                        && Arrays.equals(
                                body,
                                0,
                                BYTE_ORDER_MARK.length,
                                BYTE_ORDER_MARK,
                                0,
                                BYTE_ORDER_MARK.length);
        at = isMarked ? BYTE_ORDER_MARK.length : 0;
    }

    int at() {
        return at;
    }

    void goBack(int place) {
        at = place;
    }

    int depth() {
        return depth;
    }

    /// The byte to be read next. There is one before every value.
    byte here() {
        return body[at];
    }

    /// Skips what is white.
    ///
    /// @return what follows, which is not taken
    byte next() {
        if (isAtEnd()) {
            throw ended();
        }
        return body[at];
    }

    /// Whether nothing but white is left.
    boolean isAtEnd() {
        for (; at < body.length; at++) {
            switch (body[at]) {
                case ' ', '\n', '\r', '\t' -> {
                    // Goes on.
                }
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    /// Goes into the object or array that begins here.
    ///
    /// @return whether there is something in it; if not, the scanner is behind it already
    boolean enter(char end) {
        if (depth == MAX_DEPTH) {
            throw tooMuch();
        }
        depth++;
        at++;
        return next() != end || leave();
    }

    /// Goes to what comes next in an object or array, or behind its end.
    boolean goesOn(char end) {
        byte found = next();
        if (found == end) {
            return leave();
        }
        if (found != ',') {
            throw malformed();
        }
        at++;
        next();
        return true;
    }

    private boolean leave() {
        depth--;
        at++;
        return false;
    }

    /// Takes a field's name and goes to its value.
    String name() {
        beginName();
        int start = at + 1;
        boolean isPlain = skipText();
        int length = at - 1 - start;
        if (length > MAX_NAME) {
            throw tooMuch();
        }
        var name = isPlain ? JsonText.name(body, start, length) : decoded(start, length);
        endName();
        return name;
    }

    private void beginName() {
        if (body[at] != '"') {
            throw malformed();
        }
    }

    private void endName() {
        if (next() != ':') {
            throw malformed();
        }
        at++;
        next();
    }

    /// Takes the text that begins here.
    String text() {
        int start = at + 1;
        boolean isPlain = skipText();
        int length = at - 1 - start;
        if (length > MAX_TEXT) {
            throw tooMuch();
        }
        return isPlain ? new String(body, start, length, ISO_8859_1) : decoded(start, length);
    }

    private String decoded(int start, int length) {
        return JsonText.unescaped(new String(body, start, length, UTF_8));
    }

    /// Takes the number that begins here, as it is written.
    String number() {
        int start = at;
        skipNumber();
        return new String(body, start, at - start, ISO_8859_1);
    }

    /// Goes behind the value that begins here.
    void skip() {
        switch (body[at]) {
            case '"' -> skipText();
            case '{' -> skipObject();
            case '[' -> skipArray();
            case 't' -> skipWord("true");
            case 'f' -> skipWord("false");
            case 'n' -> skipWord("null");
            default -> skipNumber();
        }
    }

    private void skipObject() {
        for (boolean isIn = enter('}'); isIn; isIn = goesOn('}')) {
            beginName();
            skipText();
            endName();
            skip();
        }
    }

    private void skipArray() {
        for (boolean isIn = enter(']'); isIn; isIn = goesOn(']')) {
            skip();
        }
    }

    void skipWord(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == body.length) {
                throw ended();
            }
            if (body[at] != word.charAt(i)) {
                throw malformed();
            }
        }
    }

    private void skipNumber() {
        int start = at;
        skipOneOf('-', '-');
        int first = at;
        skipDigits();
        if (body[first] == '0' && at > first + 1) {
            throw malformed();
        }
        if (skipOneOf('.', '.')) {
            skipDigits();
        }
        if (skipOneOf('e', 'E')) {
            skipOneOf('-', '+');
            skipDigits();
        }
        if (at - start > MAX_NUMBER) {
            throw tooMuch();
        }
    }

    private boolean skipOneOf(char one, char other) {
        if (at < body.length && (body[at] == one || body[at] == other)) {
            at++;
            return true;
        }
        return false;
    }

    /// At least one.
    private void skipDigits() {
        int start = at;
        while (at < body.length && body[at] >= '0' && body[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw at == body.length ? ended() : malformed();
        }
    }

    /// From its opening quote to behind the closing one.
    ///
    /// @return whether it is ASCII and stands for itself
    private boolean skipText() {
        boolean isPlain = true;
        at++;
        while (true) {
            at = JsonText.endOfPlain(body, at);
            if (at == body.length) {
                throw ended();
            }
            byte found = body[at];
            if (found == '"') {
                at++;
                return isPlain;
            }
            isPlain = false;
            int length = found == '\\' ? JsonText.escape(body, at) : JsonText.character(body, at);
            if (length == 0) {
                throw malformed();
            }
            if (at + length > body.length) {
                throw ended();
            }
            at += length;
        }
    }

    private MalformedDeliveryException malformed() {
        return new MalformedDeliveryException("The body is not valid JSON at " + place());
    }

    private MalformedDeliveryException ended() {
        at = body.length;
        return new MalformedDeliveryException(
                "The body ends in the middle of its JSON at " + place());
    }

    private MalformedDeliveryException tooMuch() {
        return new MalformedDeliveryException(
                "The body is nested too deeply or has an overlong name, text or number at "
                        + place());
    }

    /// As people count; columns are bytes.
    String place() {
        int line = 1;
        int start = 0;
        for (int i = 0; i < at; i++) {
            if (body[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        return "line " + line + ", column " + (at - start + 1);
    }
}
