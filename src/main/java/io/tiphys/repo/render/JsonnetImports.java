package io.tiphys.repo.render;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Finds what a Jsonnet file imports without evaluating it: imports name their files in plain text.
/// What stands in a comment or in a text may be found as well.
final class JsonnetImports {

    private static final String COMMENT = "//[^\\n]*|#[^\\n]*|/\\*(?:[^*]|\\*+[^*/])*\\*+/";

    private static final Pattern IMPORT =
            Pattern.compile(
                    "\\bimport(?:str|bin)?(?:\\s|"
                            + COMMENT
                            + ")*(@'(?:[^']|'')*'|@\"(?:[^\"]|\"\")*\""
                            + "|'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")",
                    Pattern.DOTALL);

    /// Nobody writes the name of a file with other escapes than of quotes and backslashes.
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

    private JsonnetImports() {}

    static List<String> of(byte[] content) {
        var matcher = IMPORT.matcher(new String(content, StandardCharsets.UTF_8));
        var imports = new ArrayList<String>();
        for (int at = 0; matcher.find(at); at = matcher.start() + 1) {
            imports.add(text(matcher.group(1)));
        }
        return imports;
    }

    private static String text(String literal) {
        char quote = literal.charAt(literal.length() - 1);
        return literal.startsWith("@")
                ? literal.substring(2, literal.length() - 1).replace("" + quote + quote, "" + quote)
                : ESCAPE.matcher(literal.substring(1, literal.length() - 1)).replaceAll("$1");
    }
}
