package io.tiphys.core.affected;

import com.google.re2j.Pattern;
import java.util.ArrayDeque;
import java.util.Optional;

/// A path of `manifest-generate-paths`: a file, a folder, or a glob in which `*`, `?` and classes
/// such as `[a-z]` stay within one path segment. A class is read as any character: that touches
/// too much rather than too little.
///
/// @param folder what all that it covers is or lies below: the path before the first segment with
///     a glob in it; empty for the repository's root
/// @param glob none if everything there is covered
record PathPattern(String folder, Optional<Pattern> glob) {

    static PathPattern of(String path) {
        var clean = clean(path);
        int wild = 0;
        while (wild < clean.length() && "*?[".indexOf(clean.charAt(wild)) < 0) {
            wild++;
        }
        return wild == clean.length()
                ? new PathPattern(clean, Optional.empty())
                : new PathPattern(
                        clean.substring(0, Math.max(0, clean.lastIndexOf('/', wild))),
                        Optional.of(Pattern.compile(regex(clean), Pattern.DOTALL)));
    }

    /// Whether a changed file below the folder is what the pattern names or lies below it.
    ///
    /// @param changed [#clean]
    boolean covers(String changed) {
        return glob.isEmpty() || glob.get().matches(changed);
    }

    /// The path from the repository's root, without `.`, `..` and slashes that name nothing.
    static String clean(String path) {
        var parts = new ArrayDeque<String>();
        for (var part : path.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private static String regex(String glob) {
        var regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '[' -> {
                    int end = glob.indexOf(']', i + 1);
                    regex.append(end < 0 ? "\\[" : "[^/]");
                    i = end < 0 ? i : end;
                }
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex + "(?:/.*)?";
    }
}
