package io.tiphys.core.image;

/// An image to keep current is described in a way that cannot be followed. The message is for its
/// author.
final class InvalidEntryException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InvalidEntryException(String message) {
        super(message);
    }
}
