package io.tiphys.core.image;

/// A template that cannot be read, or that asks for more than is known here.
public final class InvalidTemplateException extends RuntimeException {

    InvalidTemplateException(String message) {
        super(message);
    }
}
