package io.tiphys.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/// Why a request fails, in the codes that Argo CD's clients know (gRPC's) and the HTTP status that
/// goes with each.
enum Problem {
    INVALID_ARGUMENT(3, 400),
    DEADLINE_EXCEEDED(4, 504),
    NOT_FOUND(5, 404),
    PERMISSION_DENIED(7, 403),
    FAILED_PRECONDITION(9, 400),
    ABORTED(10, 409),
    UNIMPLEMENTED(12, 501),
    UNAVAILABLE(14, 503);

    private final int code;
    private final int status;

    Problem(int code, int status) {
        this.code = code;
        this.status = status;
    }

    WebApplicationException because(String message) {
        return new WebApplicationException(message, response(message));
    }

    Response response(String message) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body(message))
                .build();
    }

    /// The message stands twice because half of the clients read the one and half the other.
    Map<String, Object> body(String message) {
        var body = new LinkedHashMap<String, Object>();
        body.put("error", message);
        body.put("code", code);
        body.put("message", message);
        return body;
    }
}
