package io.tiphys.api;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/// Answers what no other resource answers in the shape that clients can read.
@Path("/api/v1/{path:.*}")
public class UnknownPathResource {

    @GET
    public Response get() {
        return Problem.NOT_FOUND.response("Not Found");
    }

    @POST
    public Response post() {
        return get();
    }

    @PUT
    public Response put() {
        return get();
    }

    @PATCH
    public Response patch() {
        return get();
    }

    @DELETE
    public Response delete() {
        return get();
    }
}
