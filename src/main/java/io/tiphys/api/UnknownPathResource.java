package io.tiphys.api;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/// Answers what no other resource answers in the shape that clients can read. Works because every
/// resource below `/api/v1` has that very path at its class, so that they are matched together.
@Path("/api/v1")
public class UnknownPathResource {

    @GET
    @Path("{path:.*}")
    public Response get() {
        return Problem.NOT_FOUND.response("Not Found");
    }

    @POST
    @Path("{path:.*}")
    public Response post() {
        return unserved();
    }

    @PUT
    @Path("{path:.*}")
    public Response put() {
        return unserved();
    }

    @PATCH
    @Path("{path:.*}")
    public Response patch() {
        return unserved();
    }

    @DELETE
    @Path("{path:.*}")
    public Response delete() {
        return unserved();
    }

    private static Response unserved() {
        return Problem.UNIMPLEMENTED.response(
                "This version of the API does not serve this; write the object with kubectl");
    }
}
