package io.tiphys.core.image;

/// An image name that no container runtime would accept; the message says why.
public final class InvalidImageNameException extends RuntimeException {

    InvalidImageNameException(String message) {
        super(message);
    }
}
