package io.tiphys.core.model;

import java.util.function.BiFunction;

/// A glob that permits what it matches or, written with a `!` before it, denies it.
public record GlobRule(boolean denies, Glob glob) {

    /// What permits everything.
    public static final GlobRule ALL = new GlobRule(false, new Glob("", "*"));

    /// @param field it stands in, for messages
    /// @param text may be empty: then it matches nothing but empty text
    /// @param dialect that makes a glob of a field and a text
    /// @throws InvalidSpecException if it denies everything, or is no glob
    static GlobRule read(String field, String text, BiFunction<String, String, Glob> dialect) {
        if (text.equals("!*")) {
            throw new InvalidSpecException(field + " has an invalid format, '!*'");
        }
        boolean denies = text.startsWith("!");
        return new GlobRule(denies, dialect.apply(field, denies ? text.substring(1) : text));
    }

    /// Whether its glob matches, whatever that means.
    public boolean names(String text) {
        return glob.matches(text);
    }

    /// Whether it has nothing against the text: it matches, or does not deny it.
    public boolean admits(String text) {
        return names(text) != denies;
    }
}
