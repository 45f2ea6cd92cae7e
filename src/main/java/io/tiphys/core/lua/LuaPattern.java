package io.tiphys.core.lua;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/// A pattern of Lua's string library as a regular expression, so that matching takes linear time.
/// What regular expressions cannot say (`%b()`, `%f[]`, `%1`) is refused.
final class LuaPattern {

    private static final String CLASSES = "acdglpsuwx";

    private static final List<String> NAMES =
            List.of(
                    "alpha", "cntrl", "digit", "graph", "lower", "punct", "space", "upper", "alnum",
                    "xdigit");

    private final String source;
    private final StringBuilder regex = new StringBuilder();

    /// Whether a capture is the position where it stands, in their order.
    private final List<Boolean> positions = new ArrayList<>();

    private final boolean anchored;
    private final Pattern pattern;
    private int next;

    private LuaPattern(String source) {
        this.source = source;
        anchored = source.startsWith("^");
        next = anchored ? 1 : 0;
        while (next < source.length()) {
            item();
        }
        try {
            pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException malformed) {
            throw new LuaError("malformed pattern '" + source + "'");
        }
    }

    /// @param source its bytes as characters
    /// @throws LuaError if it is malformed
    static LuaPattern of(String source) {
        return new LuaPattern(source);
    }

    /// The first match from a position on, with which the matcher then stands.
    boolean find(Matcher matcher, int from) {
        return matcher.find(from) && (!anchored || matcher.start() == from);
    }

    Matcher matcher(String text) {
        return pattern.matcher(text);
    }

    boolean isAnchored() {
        return anchored;
    }

    /// The captures of a match, or the whole match if the pattern has none.
    Varargs captures(Matcher match) {
        var values = new LuaValue[Math.max(1, positions.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = capture(match, i);
        }
        return LuaValue.varargsOf(values);
    }

    boolean hasCaptures() {
        return !positions.isEmpty();
    }

    private LuaValue capture(Matcher match, int index) {
        if (positions.isEmpty()) {
            return LuaValues.ofBytes(match.group());
        }
        return positions.get(index)
                ? LuaValue.valueOf(match.start(index + 1) + 1)
                : LuaValues.ofBytes(match.group(index + 1));
    }

    private void item() {
        char first = source.charAt(next);
        if (first == '(') {
            boolean position = source.startsWith("()", next);
            positions.add(position);
            regex.append(position ? "()" : "(");
            next += position ? 2 : 1;
        } else if (first == ')') {
            regex.append(')');
            next++;
        } else if (first == '$' && next == source.length() - 1) {
            regex.append("\\z");
            next++;
        } else {
            single(first);
            quantifier();
        }
    }

    private void single(char first) {
        next++;
        switch (first) {
            case '.' -> regex.append('.');
            case '[' -> set();
            case '%' -> {
                char escaped = escaped();
                int known = CLASSES.indexOf(Character.toLowerCase(escaped));
                if (known >= 0) {
                    regex.append('[').append(named(escaped, known)).append(']');
                } else if (Character.isDigit(escaped) || escaped == 'b' || escaped == 'f') {
                    throw new LuaError("the pattern item '%" + escaped + "' is not offered");
                } else {
                    regex.append(literal(escaped));
                }
            }
            default -> regex.append(literal(first));
        }
    }

    private void quantifier() {
        char sign = next < source.length() ? source.charAt(next) : ' ';
        switch (sign) {
            case '*', '+', '?' -> regex.append(sign);
            case '-' -> regex.append("*?");
            default -> {
                return;
            }
        }
        next++;
    }

    private void set() {
        regex.append('[');
        if (source.startsWith("^", next)) {
            regex.append('^');
            next++;
        }
        boolean first = true;
        while (first || peek() != ']') {
            first = false;
            char character = peek();
            next++;
            if (character == '%') {
                char escaped = escaped();
                int known = CLASSES.indexOf(Character.toLowerCase(escaped));
                regex.append(known >= 0 ? named(escaped, known) : literal(escaped));
            } else if (next + 1 < source.length()
                    && source.charAt(next) == '-'
                    && source.charAt(next + 1) != ']') {
                regex.append(literal(character))
                        .append('-')
                        .append(literal(source.charAt(next + 1)));
                next += 2;
            } else {
                regex.append(literal(character));
            }
        }
        next++;
        regex.append(']');
    }

    private char escaped() {
        char escaped = peek();
        next++;
        return escaped;
    }

    private char peek() {
        if (next >= source.length()) {
            throw new LuaError("malformed pattern '" + source + "'");
        }
        return source.charAt(next);
    }

    private static String named(char letter, int known) {
        return (Character.isUpperCase(letter) ? "[:^" : "[:") + NAMES.get(known) + ":]";
    }

    private static String literal(char character) {
        return "\\x{%x}".formatted((int) character);
    }
}
