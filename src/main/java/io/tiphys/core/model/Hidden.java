package io.tiphys.core.model;

/// Text that is shown nowhere: printing what holds it does not give it away.
public record Hidden(String text) {

    public static final Hidden EMPTY = new Hidden("");

    public boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "" : "(hidden)";
    }
}
