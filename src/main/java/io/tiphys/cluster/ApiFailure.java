package io.tiphys.cluster;

/// The API server said no, or did not answer. The message is its own, without the request's body.
public class ApiFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    static final int TOO_LONG = 413;

    private final int code;

    /// @param code the HTTP status; 0 if there was no answer
    public ApiFailure(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }

    public boolean notFound() {
        return code == 404;
    }

    public boolean conflict() {
        return code == 409;
    }

    /// What was sent is not what the kind, or the object that is there, allows.
    public boolean invalid() {
        return code == 422;
    }

    /// There is more in the answer than is taken.
    public boolean tooLong() {
        return code == TOO_LONG;
    }

    public boolean gone() {
        return code == 410;
    }
}
