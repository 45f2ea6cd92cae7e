package io.tiphys.core.model;

import java.util.Arrays;

/// The rules by which Git names refs.
public final class RefName {

    private static final String PREFIX = "refs/";
    private static final String FORBIDDEN = " ~^:?*[\\";

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
                && text.codePoints().allMatch(RefName::isAllowed)
                && Arrays.stream(text.split("/", -1)).allMatch(RefName::isStep);
    }

    private static boolean isAllowed(int codePoint) {
        return codePoint > ' '
                && codePoint != 0x7f
                && FORBIDDEN.indexOf(codePoint) < 0
                && Character.getType(codePoint) != Character.SURROGATE;
    }

    private static boolean isStep(String step) {
        return !step.isEmpty() && !step.startsWith(".") && !step.endsWith(".lock");
    }
}
