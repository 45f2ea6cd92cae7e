package io.tiphys.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.EventHistory;
import io.tiphys.channel.EventHistory.Entry;
import io.tiphys.channel.Topics;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Lets an operator see what the event log holds (events, dead letters, deliveries) and have
/// records handled once more. While there is no authentication it answers this machine alone.
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class EventsResource {

    private static final List<Topics> OF_DELIVERIES =
            List.of(Topics.GIT_EVENTS, Topics.IMAGE_EVENTS, Topics.DELIVERIES);

    private final EventHistory history;
    private final EventChannel channel;
    private final InstantSource clock = InstantSource.system();

    EventsResource(EventHistory history, EventChannel channel) {
        this.history = history;
        this.channel = channel;
    }

    /// Records of one topic, oldest first; the dead letters unless another is named.
    @GET
    @Path("events")
    @RunOnVirtualThread
    public Map<String, Object> list(@Context UriInfo uri, @Context HttpServerRequest request) {
        Neighbour.require(request, "the event log is shown");
        var query = query(parameters(uri), Topics.DEAD_LETTERS);
        return Map.of("items", find(query).stream().map(EventJson::event).toList());
    }

    /// Who sent what, when, and what became of it, oldest first.
    @GET
    @Path("deliveries")
    @RunOnVirtualThread
    public Map<String, Object> deliveries(
            @Context UriInfo uri, @Context HttpServerRequest request) {
        Neighbour.require(request, "the event log is shown");
        var query = query(parameters(uri), Topics.DELIVERIES);
        var entries = newest(OF_DELIVERIES, query, EventQuery.MOST);
        var deliveries = EventJson.deliveries(entries);
        int all = deliveries.size();
        return Map.of("items", deliveries.subList(Math.max(0, all - query.limit()), all));
    }

    /// Writes records once more to the topic that they belong to, and they are handled as if they
    /// had just come. A dead letter belongs to the topic from which it was put aside.
    @POST
    @Path("events/replay")
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Map<String, Object> replay(
            @Nullable Map<String, Object> body, @Context HttpServerRequest request) {
        Neighbour.require(request, "the event log is shown");
        Map<String, Object> asked = body == null ? Map.of() : body;
        var query =
                query(name -> String.valueOf(asked.getOrDefault(name, "")), Topics.DEAD_LETTERS);
        if (!query.narrow()) {
            throw Problem.INVALID_ARGUMENT.because(
                    "Say which records to replay by at least one of id, repository and since");
        }
        if (query.topic() == Topics.DELIVERIES) {
            throw Problem.INVALID_ARGUMENT.because(
                    "Deliveries without events have nothing to replay");
        }
        var entries = find(query);
        write(entries);
        return Map.of("replayed", entries.stream().map(Entry::id).toList());
    }

    private void write(List<Entry> entries) {
        try {
            CompletableFuture.allOf(
                            entries.stream()
                                    .map(it -> channel.replay(it).toCompletableFuture())
                                    .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (IllegalArgumentException refused) {
            throw Problem.INVALID_ARGUMENT.because(String.valueOf(refused.getMessage()));
        } catch (CompletionException failed) {
            throw Problem.UNAVAILABLE.because(
                    "The event log did not take all %d records; those that it took are handled"
                            .formatted(entries.size()));
        }
    }

    private List<Entry> find(EventQuery query) {
        return newest(List.of(query.topic()), query, query.limit());
    }

    private List<Entry> newest(Collection<Topics> topics, EventQuery query, int limit) {
        try {
            return history.newest(topics, query.since(), query.until(), query::matches, limit);
        } catch (IllegalStateException busy) {
            throw Problem.UNAVAILABLE.because(String.valueOf(busy.getMessage()));
        }
    }

    private EventQuery query(UnaryOperator<String> values, Topics usual) {
        try {
            return EventQuery.of(values, usual, clock.instant());
        } catch (IllegalArgumentException unreadable) {
            throw Problem.INVALID_ARGUMENT.because(String.valueOf(unreadable.getMessage()));
        }
    }

    private static UnaryOperator<String> parameters(UriInfo uri) {
        return name -> {
            var value = uri.getQueryParameters().getFirst(name);
            return value == null ? "" : value;
        };
    }
}
