package io.tiphys.core.image;

/// A pattern for tags that a person must correct; the message says what is wrong with it.
final class InvalidTagFilterException extends RuntimeException {

    InvalidTagFilterException(String message) {
        super(message);
    }
}
