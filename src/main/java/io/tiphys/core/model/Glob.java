package io.tiphys.core.model;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// A glob as Argo CD has it, in one of its dialects. That of [#Glob(String, String)] is the plain
/// one: `*` matches any text, slashes included, `?` one character, `{a,b}` either, `[a-c]`, `[abc]`
/// and `[!abc]` one of a set, `\` takes the next character as it is.
public final class Glob {

    private static final int MAX_BRACES = 50;

    private enum Dialect {
        PLAIN,
        ADDRESSES,
        NAMES
    }

    private final String glob;
    private final Dialect dialect;
    private final StringBuilder regex = new StringBuilder();
    private final Pattern pattern;

    /// Nearly all that there are, and they are asked of every resource.
    private final boolean all;

    private int at;

    /// @param field it stands in, for messages
    /// @throws InvalidSpecException if it has a set that is none
    public Glob(String field, String glob) {
        this(field, glob, Dialect.PLAIN);
    }

    /// The same, but `*` and `?` stay between two slashes, and `**` does not. A lone `*` matches
    /// all the same.
    public static Glob ofAddresses(String field, String glob) {
        return new Glob(field, glob, glob.equals("*") ? Dialect.PLAIN : Dialect.ADDRESSES);
    }

    /// As Go's `filepath.Match`: `*` and `?` stay between two slashes, braces are nothing special,
    /// a set may have several ranges, and `^` turns it round.
    public static Glob ofNames(String field, String glob) {
        return new Glob(field, glob, Dialect.NAMES);
    }

    private Glob(String field, String glob, Dialect dialect) {
        this.glob = glob;
        this.dialect = dialect;
        int braces = 0;
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '*' -> star();
                case '?' -> regex.append(dialect == Dialect.PLAIN ? "." : "[^/]");
                case '{' -> {
                    if (++braces > MAX_BRACES) {
                        throw new InvalidSpecException(
                                "%s: more than %d braces in each other"
                                        .formatted(field, MAX_BRACES));
                    }
                    literalOr("(?:", dialect != Dialect.NAMES, c);
                }
                case '}' -> {
                    literalOr(")", braces > 0 && dialect != Dialect.NAMES, c);
                    braces -= Math.min(braces, 1);
                }
                case ',' -> literalOr("|", braces > 0 && dialect != Dialect.NAMES, c);
                case '[' -> set(field);
                case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : '\\');
                default -> literal(c);
            }
        }
        regex.append(")".repeat(dialect == Dialect.NAMES ? 0 : braces));
        pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
        all = glob.equals("*");
    }

    /// Whether it matches the whole text.
    public boolean matches(String text) {
        return all || pattern.matches(text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Glob that && glob.equals(that.glob) && dialect == that.dialect;
    }

    @Override
    public int hashCode() {
        return glob.hashCode();
    }

    /// As it was written.
    @Override
    public String toString() {
        return glob;
    }

    private void star() {
        boolean several = at < glob.length() && glob.charAt(at) == '*';
        boolean stays = dialect == Dialect.NAMES || (dialect == Dialect.ADDRESSES && !several);
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        regex.append(stays ? "[^/]*" : ".*");
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
        boolean not = set.startsWith(dialect == Dialect.NAMES ? "^" : "!");
        var members = not ? set.substring(1) : set;
        boolean ranges = dialect == Dialect.NAMES || members.length() == 3;
        regex.append(not ? "[^" : "[");
        for (int i = 0; i < members.length(); i++) {
            boolean range = ranges && i + 2 < members.length() && members.charAt(i + 1) == '-';
            regex.append("\\x{%x}".formatted((int) members.charAt(i)));
            if (range) {
                if (members.charAt(i) > members.charAt(i + 2)) {
                    throw noSet(field);
                }
                regex.append("-\\x{%x}".formatted((int) members.charAt(i + 2)));
                i += 2;
            }
        }
        if (members.isEmpty()) {
            throw noSet(field);
        }
        regex.append(']');
        at = end + 1;
    }

    private InvalidSpecException noSet(String field) {
        return new InvalidSpecException(
                "%s: '%s' has a '[' without a set behind it".formatted(field, glob));
    }
}
