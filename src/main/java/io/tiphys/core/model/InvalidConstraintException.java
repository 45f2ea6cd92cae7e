package io.tiphys.core.model;

/// A version constraint that a person must correct; the message says what is wrong with it.
public final class InvalidConstraintException extends RuntimeException {

    InvalidConstraintException(String message) {
        super(message);
    }
}
