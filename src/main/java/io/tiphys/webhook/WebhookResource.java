package io.tiphys.webhook;

import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The front door for deliveries: Argo CD's path for Git hosts, one path each for registries. Takes
/// the raw bytes, because signatures are over these.
@Path("/api")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class WebhookResource {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Reception reception;

    WebhookResource(Reception reception) {
        this.reception = reception;
    }

    @POST
    @Path("/webhook")
    @NonBlocking
    public CompletionStage<Response> gitHost(
            @Context HttpServerRequest request, byte @Nullable [] body) {
        return reception
                .fromGitHost(headers(request), body == null ? new byte[0] : body)
                .thenApply(WebhookResource::response);
    }

    @POST
    @Path("/registry-webhook/{provider}")
    @NonBlocking
    public CompletionStage<Response> registry(
            @PathParam("provider") String provider,
            @Context HttpServerRequest request,
            byte @Nullable [] body) {
        return reception
                .fromRegistry(provider, headers(request), body == null ? new byte[0] : body)
                .thenApply(WebhookResource::response);
    }

    static Response response(Answer answer) {
        var response =
                Response.status(answer.outcome().status())
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(answer.body());
        return answer.outcome() == Outcome.UNAVAILABLE
                ? response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS).build()
                : response.build();
    }

    private static Headers headers(HttpServerRequest request) {
        return name -> {
            var value = request.getHeader(name);
            return value == null ? "" : value;
        };
    }
}
