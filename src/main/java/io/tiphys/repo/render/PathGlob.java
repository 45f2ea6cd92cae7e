package io.tiphys.repo.render;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// A glob of files and folders by their paths, as Go's libraries have it: `*` matches any text
/// without a slash, `?` one character, `[a-c]` and `[^a-c]` one of a set, `\` takes the next
/// character as it is. A folder that matches stands for all that is in it.
final class PathGlob {

    private final Pattern pattern;

    /// @throws IllegalArgumentException if it is none
    PathGlob(String glob) {
        var regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    // Sets are written alike, and may hold a bracket that is escaped.
                    int end = glob.indexOf(']', i + 2);
                    while (end > 0 && glob.charAt(end - 1) == '\\') {
                        end = glob.indexOf(']', end + 1);
                    }
                    if (end < 0) {
                        throw new IllegalArgumentException(glob + " has a [ without a ]");
                    }
                    regex.append(glob, i, end + 1);
                    i = end;
                }
                case '\\' -> {
                    i = Math.min(i + 1, glob.length() - 1);
                    regex.append(Pattern.quote(glob.substring(i, i + 1)));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            pattern = Pattern.compile(regex + "(?:/.*)?", Pattern.DOTALL);
        } catch (PatternSyntaxException malformed) {
            throw new IllegalArgumentException(glob + " is no glob", malformed);
        }
    }

    boolean matches(String path) {
        return pattern.matches(path);
    }
}
