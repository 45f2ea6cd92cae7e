package io.tiphys.api;

import io.vertx.core.http.HttpServerRequest;

/// Tells who asks from this machine, which is all that is known of anybody while there is no
/// authentication.
final class Neighbour {

    private Neighbour() {}

    /// A proxy on this machine speaks for others, and says so.
    ///
    /// @param what is done for neighbours alone, as the beginning of a sentence about it
    static void require(HttpServerRequest request, String what) {
        var address = request.connection().remoteAddress();
        boolean near = address != null && isLoopback(String.valueOf(address.hostAddress()));
        if (!near
                || request.headers().contains("X-Forwarded-For")
                || request.headers().contains("Forwarded")) {
            throw Problem.PERMISSION_DENIED.because(
                    "While there is no authentication, " + what + " on this machine alone");
        }
    }

    private static boolean isLoopback(String address) {
        return address.startsWith("127.")
                || address.equals("0:0:0:0:0:0:0:1")
                || address.equals("::1");
    }
}
