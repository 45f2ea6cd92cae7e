package io.tiphys.channel;

/// A record is not what its topic holds. The message says why, for the dead letter.
public class UnreadableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreadableRecordException(String message) {
        super(message);
    }
}
