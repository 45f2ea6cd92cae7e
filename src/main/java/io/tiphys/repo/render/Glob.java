package io.tiphys.repo.render;

import com.google.re2j.Pattern;

/// The globs of a directory source's `include` and `exclude`: `*` matches any text, slashes
/// included, `?` one character, `{a,b}` either, as Argo CD has it.
final class Glob {

    private Glob() {}

    static boolean matches(String glob, String path) {
        var regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '{' -> {
                    braces++;
                    regex.append("(?:");
                }
                case '}' -> {
                    if (braces > 0) {
                        braces--;
                        regex.append(')');
                    } else {
                        regex.append("\\}");
                    }
                }
                case ',' -> regex.append(braces > 0 ? "|" : ",");
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        regex.append(")".repeat(braces));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matches(path);
    }
}
