package io.tiphys.core.image;

/// A file that is written in a way that cannot be edited without touching more than was meant. The
/// message names the place but never quotes the file, which may hold secrets.
public final class RefusedEditException extends RuntimeException {

    public RefusedEditException(String message) {
        super(message);
    }

    /// The same with the file's name before it.
    public RefusedEditException in(String file) {
        return new RefusedEditException(file + ": " + getMessage());
    }
}
