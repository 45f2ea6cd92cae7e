package io.tiphys.core.affected;

import com.google.re2j.Pattern;
import java.util.ArrayDeque;

/// A path of `manifest-generate-paths`: a file, a folder, or a glob in which `*` and `?` stay
/// within one path segment.
record PathPattern(Pattern regex) {

    static PathPattern of(String path) {
        var regex = new StringBuilder();
        for (char c : clean(path).toCharArray()) {
            switch (c) {
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new PathPattern(Pattern.compile(regex.isEmpty() ? ".*" : regex + "(?:/.*)?"));
    }

    /// Whether a changed file is what the pattern names or lies below it.
    boolean covers(String changed) {
        return regex.matches(clean(changed));
    }

    private static String clean(String path) {
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
}
