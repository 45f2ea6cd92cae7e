package io.tiphys.channel;

/// The broker did not acknowledge a record in time. The record may be written all the same.
public class NotPublishedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotPublishedException(String message) {
        super(message);
    }

    NotPublishedException(Throwable cause) {
        super("The broker did not acknowledge the record", cause);
    }
}
