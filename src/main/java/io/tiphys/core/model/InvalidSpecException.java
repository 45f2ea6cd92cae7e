package io.tiphys.core.model;

/// A custom resource says something that cannot be. The message is for its author.
public class InvalidSpecException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public InvalidSpecException(String message) {
        super(message);
    }
}
