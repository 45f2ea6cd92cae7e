package io.tiphys.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiphys.store.ApplicationStore;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// Streams Applications to whoever watches, one JSON object a line or as server-sent events.
@Path("/api/v1")
public class ApplicationStreamResource {

    /// Proxies close what is silent for long, and a gone reader shows only when written to.
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Logger LOG = Logger.getLogger(ApplicationStreamResource.class);

    private final ApplicationStore store;
    private final ObjectMapper json;

    ApplicationStreamResource(ApplicationStore store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    @GET
    @Path("stream/applications")
    @Produces(MediaType.APPLICATION_JSON)
    public RestMulti<Buffer> lines(
            @RestQuery("fields") @Nullable String fields, @Context UriInfo uri) {
        // As bytes, for a string would be quoted; each gets a line of its own.
        return RestMulti.fromMultiData(events(fields, uri).map(Buffer::buffer))
                .encodeAsJsonArray(false)
                .build();
    }

    @GET
    @Path("stream/applications")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> serverSentEvents(
            @RestQuery("fields") @Nullable String fields, @Context UriInfo uri, @Context Sse sse) {
        var heartbeats =
                Multi.createFrom()
                        .ticks()
                        .every(HEARTBEAT)
                        .onOverflow()
                        .drop()
                        .map(_ -> sse.newEventBuilder().comment("still here").build());
        // Argo CD puts a space after the colon, and some readers count on it.
        return Multi.createBy()
                .merging()
                .streams(events(fields, uri).map(event -> sse.newEvent(" " + event)), heartbeats);
    }

    private Multi<String> events(@Nullable String fields, UriInfo uri) {
        var query = ApplicationsResource.query(uri);
        var wanted = ApplicationsResource.fields(fields);
        return ApplicationWatch.events(store::all, store.changes(), query)
                // Off the thread that saw the change: it has the next one to see.
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(event -> write(wanted.of(event)))
                .onFailure()
                .invoke(failure -> LOG.warn("A reader's stream of Applications ended", failure));
    }

    private String write(Object event) {
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree must have a JSON form", impossible);
        }
    }
}
