package io.tiphys.core.image;

/// Copies a text while replacing pieces of it, from left to right.
final class Splice {

    private final String text;
    private final StringBuilder result;
    private int copied;

    Splice(String text) {
        this.text = text;
        this.result = new StringBuilder(text.length() + 64);
    }

    void replace(int start, int end, String replacement) {
        if (start < copied) {
            throw new IllegalStateException("Edits must not overlap");
        }
        result.append(text, copied, start).append(replacement);
        copied = end;
    }

    String finish() {
        return result.append(text, copied, text.length()).toString();
    }
}
