package io.tiphys.core.image;

import com.google.re2j.Pattern;
import java.util.Locale;
import java.util.Set;

/// How a text is written into a YAML file so that every reader takes it for that text: those of
/// YAML 1.1, as Helm and Kustomize are, take `1.20` for a number and `on` for a truth.
final class YamlScalar {

    private static final Set<String> WORDS =
            Set.of("null", "y", "n", "yes", "no", "on", "off", "true", "false");

    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./@+=-]*(?::[A-Za-z0-9_./@+=-]+)*");

    /// Also of base 60, and dates.
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[-+]?(?:\\.?[0-9][0-9_]*(?:\\.[0-9_]*)?(?:[eE][-+]?[0-9]*)?"
                            + "|0[xX][0-9a-fA-F_]*|0[oObB][0-9_]*"
                            + "|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?"
                            + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
                            + "|\\.(?i:inf|nan))");

    private YamlScalar() {}

    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        quoted.append("\\x%02x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /// Without quotes where that means the same.
    static String plain(String text) {
        return isPlain(text) ? text : quoted(text);
    }

    static boolean isPlain(String text) {
        return PLAIN.matches(text)
                && !NUMBER.matches(text)
                && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    }
}
