package io.tiphys.webhook;

/// How a delivery was met.
enum Outcome {
    ANSWERED(200, "answered"),
    ACCEPTED(202, "accepted"),
    MALFORMED(400, "malformed"),
    UNKNOWN_SENDER(400, "unknown-sender"),
    UNAUTHORIZED(401, "unauthorized"),
    UNKNOWN_REGISTRY(404, "unknown-registry"),
    TOO_SLOW(408, "too-slow"),
    TOO_LARGE(413, "too-large"),
    TOO_MANY(429, "too-many"),
    FAILED(500, "failed"),
    UNAVAILABLE(503, "unavailable");

    private final int status;
    private final String label;

    Outcome(int status, String label) {
        this.status = status;
        this.label = label;
    }

    int status() {
        return status;
    }

    /// Whether the sender may send the same again a little later.
    boolean mayComeAgain() {
        return this == TOO_MANY || this == UNAVAILABLE;
    }

    /// As answers and metrics write it.
    String label() {
        return label;
    }
}
