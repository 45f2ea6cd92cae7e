package io.tiphys.core.model;

import java.util.Arrays;

/// The rules by which Git names refs.
public final class RefName {

    private static final String PREFIX = "refs/";
    private static final String LOCK = ".lock";

    /// Which characters of ASCII a name may have.
    private static final boolean[] ALLOWED = new boolean[128];

    static {
        Arrays.fill(ALLOWED, ' ' + 1, 0x7f, true);
        "~^:?*[\\".chars().forEach(it -> ALLOWED[it] = false);
    }

    private RefName() {}

    /// Whether it is a full name, such as `refs/heads/main`, that `git check-ref-format` lets pass.
    ///
    /// @param longest characters at most
    public static boolean isFull(String text, int longest) {
        return text.length() <= longest
                && text.startsWith(PREFIX)
                && !text.contains("..")
                && !text.contains("@{")
                && !text.endsWith(".")
                && areAllowed(text)
                && areSteps(text);
    }

    // Plain loops: this is asked of every event.

    private static boolean areAllowed(String text) {
        for (int i = 0, point; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            if (!isAllowed(point)) {
                return false;
            }
        }
        return true;
    }

    private static boolean areSteps(String text) {
        int from = 0;
        while (from <= text.length()) {
            int slash = text.indexOf('/', from);
            int to = slash < 0 ? text.length() : slash;
            boolean isEmpty = from == to;
            if (isEmpty || text.charAt(from) == '.' || text.startsWith(LOCK, to - LOCK.length())) {
                return false;
            }
            from = to + 1;
        }
        return true;
    }

    private static boolean isAllowed(int codePoint) {
        return codePoint < ALLOWED.length
                ? ALLOWED[codePoint]
                : codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE;
    }
}
