package io.tiphys.webhook;

/// A delivery is not what its sender should write. The message goes back to the sender: it names
/// the place and never quotes the body.
public class MalformedDeliveryException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MalformedDeliveryException(String message) {
        super(message);
    }

    public static MalformedDeliveryException missing(String field) {
        return new MalformedDeliveryException("The field '" + field + "' is missing");
    }
}
