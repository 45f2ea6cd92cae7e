package io.tiphys.core.jq;

import java.util.ArrayList;
import java.util.List;

/// Cuts an expression into words.
final class JqLexer {

    private static final List<String> SYMBOLS =
            List.of(
                    "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//",
                    "..", "|", ",", ".", "[", "]", "(", ")", "{", "}", ":", ";", "?", "+", "-", "*",
                    "/", "%", "<", ">", "=");

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    enum Kind {
        /// `.name`
        FIELD,
        WORD,
        VARIABLE,
        NUMBER,
        STRING,
        SYMBOL,
        END
    }

    /// @param text without quotes, and without the dot or dollar in front
    /// @param parts of a string with expressions in it; empty if there is none
    /// @param position in the expression, from 0
    record Token(Kind kind, String text, List<Part> parts, int position) {}

    /// @param query whether it is an expression
    record Part(String text, boolean query) {}

    private JqLexer(String text) {
        this.text = text;
    }

    /// The last one is the end.
    static List<Token> tokens(String text) {
        var lexer = new JqLexer(text);
        lexer.read();
        return lexer.tokens;
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            int start = at;
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == '"') {
                string();
            } else if (c == '.' && at + 1 < text.length() && isStart(text.charAt(at + 1))) {
                at++;
                add(Kind.FIELD, word(), start);
            } else if (c == '$' && at + 1 < text.length() && isStart(text.charAt(at + 1))) {
                at++;
                add(Kind.VARIABLE, word(), start);
            } else if (isStart(c)) {
                add(Kind.WORD, word(), start);
            } else if (isDigit(c)
                    || (c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
                number(start);
            } else {
                symbol(start);
            }
        }
        add(Kind.END, "", at);
    }

    private void symbol(int start) {
        var symbol =
                SYMBOLS.stream()
                        .filter(it -> text.startsWith(it, start))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new JqFailure(
                                                "'%s' is not expected at character %d"
                                                        .formatted(
                                                                text.substring(start, start + 1),
                                                                start + 1)));
        at += symbol.length();
        add(Kind.SYMBOL, symbol, start);
    }

    private void number(int start) {
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
        }
        add(Kind.NUMBER, text.substring(start, at), start);
    }

    private String word() {
        int start = at;
        while (at < text.length() && (isStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        return text.substring(start, at);
    }

    private void string() {
        int start = at++;
        var parts = new ArrayList<Part>();
        var literal = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                break;
            }
            if (c != '\\') {
                literal.append(c);
                continue;
            }
            char escaped = next();
            if (escaped == '(') {
                parts.add(new Part(literal.toString(), false));
                literal.setLength(0);
                parts.add(new Part(interpolated(), true));
            } else {
                literal.append(escaped(escaped));
            }
        }
        if (!parts.isEmpty()) {
            parts.add(new Part(literal.toString(), false));
        }
        tokens.add(new Token(Kind.STRING, literal.toString(), List.copyOf(parts), start));
    }

    /// Up to the parenthesis that closes it, past those in strings.
    private String interpolated() {
        int start = at;
        int depth = 1;
        boolean inString = false;
        while (true) {
            char c = next();
            if (inString) {
                if (c == '\\') {
                    next();
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return text.substring(start, at - 1);
            }
        }
    }

    private char escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> {
                var digits = "" + next() + next() + next() + next();
                try {
                    yield (char) Integer.parseInt(digits, 16);
                } catch (NumberFormatException none) {
                    throw new JqFailure("\\u%s is no character".formatted(digits));
                }
            }
            default -> throw new JqFailure("\\%s is no escape".formatted(c));
        };
    }

    private char next() {
        if (at >= text.length()) {
            throw new JqFailure("a string is not closed");
        }
        return text.charAt(at++);
    }

    private void add(Kind kind, String token, int position) {
        tokens.add(new Token(kind, token, List.of(), position));
    }

    private static boolean isStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
