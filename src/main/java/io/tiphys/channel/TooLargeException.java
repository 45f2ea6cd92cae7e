package io.tiphys.channel;

/// A record is larger than the log takes. It never will be taken.
public class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public TooLargeException(String message) {
        super("The record is too large for the log: " + message);
    }
}
