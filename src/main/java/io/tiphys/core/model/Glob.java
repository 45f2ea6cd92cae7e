package io.tiphys.core.model;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// A glob of paths or addresses, as Argo CD has it: `*` matches any text, slashes included, `?` one
/// character, `{a,b}` either, `[a-c]`, `[abc]` and `[!abc]` one of a set, `\` takes the next
/// character as it is.
public final class Glob {

    private static final int MAX_BRACES = 50;

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private final Pattern pattern;
    private int at;

    /// @param field it stands in, for messages
    /// @throws InvalidSpecException if it has a set that is none
    public Glob(String field, String glob) {
        this.glob = glob;
        int braces = 0;
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '{' -> {
                    if (++braces > MAX_BRACES) {
                        throw new InvalidSpecException(
                                "%s: more than %d braces in each other"
                                        .formatted(field, MAX_BRACES));
                    }
                    regex.append("(?:");
                }
                case '}' -> {
                    literalOr(")", braces > 0, c);
                    braces -= Math.min(braces, 1);
                }
                case ',' -> literalOr("|", braces > 0, c);
                case '[' -> set(field);
                case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : '\\');
                default -> literal(c);
            }
        }
        regex.append(")".repeat(braces));
        pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /// Whether it matches the whole text.
    public boolean matches(String text) {
        return pattern.matches(text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Glob that && glob.equals(that.glob);
    }

    @Override
    public int hashCode() {
        return glob.hashCode();
    }

    private void literalOr(String special, boolean isSpecial, char c) {
        if (isSpecial) {
            regex.append(special);
        } else {
            literal(c);
        }
    }

    private void literal(char c) {
        regex.append(Pattern.quote(String.valueOf(c)));
    }

    private void set(String field) {
        int end = glob.indexOf(']', at);
        var set = end < 0 ? "" : glob.substring(at, end);
        boolean not = set.startsWith("!");
        var members = not ? set.substring(1) : set;
        boolean range = members.length() == 3 && members.charAt(1) == '-';
        if (members.isEmpty() || (range && members.charAt(0) > members.charAt(2))) {
            throw new InvalidSpecException(
                    "%s: '%s' has a '[' without a set behind it".formatted(field, glob));
        }
        regex.append(not ? "[^" : "[");
        for (int i = 0; i < members.length(); i++) {
            if (range && i == 1) {
                regex.append('-');
            } else {
                regex.append("\\x{%x}".formatted((int) members.charAt(i)));
            }
        }
        regex.append(']');
        at = end + 1;
    }
}
