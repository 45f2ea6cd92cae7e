package io.tiphys.core.image;

import com.google.re2j.Pattern;

/// Translates the patterns of Go's `filepath.Match` into regular expressions: `*` and `?` stop at a
/// slash, `[^a-z]` negates, a backslash takes the next character as it is.
final class Glob {

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int next;

    private Glob(String glob) {
        this.glob = glob;
    }

    static Pattern compile(String glob) {
        return new Glob(glob).translate();
    }

    private Pattern translate() {
        while (next < glob.length()) {
            switch (glob.charAt(next)) {
                case '*' -> append("[^/]*");
                case '?' -> append("[^/]");
                case '[' -> characterClass();
                default -> regex.append(literal());
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private void append(String expression) {
        regex.append(expression);
        next++;
    }

    private void characterClass() {
        append("[");
        if (next < glob.length() && glob.charAt(next) == '^') {
            append("^");
        }
        var start = next;
        while (next == start || peek() != ']') {
            range();
        }
        append("]");
    }

    private void range() {
        if (peek() == '-' || peek() == ']') {
            throw malformed();
        }
        regex.append(literal());
        var low = glob.codePointBefore(next);
        if (peek() != '-') {
            return;
        }
        append("-");
        if (peek() == '-' || peek() == ']') {
            throw malformed();
        }
        var high = literal();
        if (glob.codePointBefore(next) < low) {
            throw malformed();
        }
        regex.append(high);
    }

    /// The next character, quoted for a regular expression.
    private String literal() {
        if (glob.charAt(next) == '\\') {
            next++;
        }
        if (next >= glob.length()) {
            throw malformed();
        }
        var character = glob.codePointAt(next);
        next += Character.charCount(character);
        return "\\x{%x}".formatted(character);
    }

    private char peek() {
        if (next >= glob.length()) {
            throw malformed();
        }
        return glob.charAt(next);
    }

    private InvalidTagFilterException malformed() {
        return new InvalidTagFilterException(
                "ignore-tags holds a malformed pattern: '%s'".formatted(glob));
    }
}
