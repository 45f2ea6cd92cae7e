package io.tiphys.core.cel;

/// An expression cannot be read, fails, or takes more than it may. The message is for its author.
public final class CelFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    CelFailure(String message) {
        super(message);
    }
}
